ALTER TABLE "bank_accounts" ADD COLUMN "usable_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "partner_documents" ADD COLUMN "expiry_notice_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "partners" ADD COLUMN "is_restricted_for_documents" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "partner_documents_ran_out" ON "partner_documents" USING btree ("valid_until") WHERE status = 'EXPIRED';