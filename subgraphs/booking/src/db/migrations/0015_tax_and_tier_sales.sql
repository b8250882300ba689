ALTER TABLE "performances" DROP CONSTRAINT "performances_rates";--> statement-breakpoint
ALTER TABLE "booking_lines" ADD COLUMN "fee_tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "booking_lines" ADD COLUMN "tax_basis_points" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "is_draft" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "tax_mode" text DEFAULT 'INCLUDED' NOT NULL;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "fee_tax_basis_points" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "price_tiers" ADD COLUMN "tax_basis_points" integer;--> statement-breakpoint
ALTER TABLE "price_tiers" ADD COLUMN "sales_start_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "price_tiers" ADD COLUMN "sales_end_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "price_tiers" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "performances" ADD CONSTRAINT "performances_rates" CHECK (least("performances"."fee_minor", "performances"."fee_basis_points", "performances"."tax_basis_points", "performances"."fee_tax_basis_points", "performances"."cancellation_fee_minor") >= 0);--> statement-breakpoint
ALTER TABLE "price_tiers" ADD CONSTRAINT "price_tiers_sales" CHECK ("price_tiers"."sales_start_at" < "price_tiers"."sales_end_at");