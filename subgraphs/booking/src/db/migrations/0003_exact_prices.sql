ALTER TABLE "performances" ALTER COLUMN "fee_minor" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "performances" ALTER COLUMN "cancellation_fee_minor" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "price_tiers" ALTER COLUMN "price_minor" SET DATA TYPE bigint;