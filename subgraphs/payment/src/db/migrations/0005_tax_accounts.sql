ALTER TABLE "payments" ADD COLUMN "fees_tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "splits_tax" boolean DEFAULT false NOT NULL;