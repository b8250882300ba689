ALTER TABLE "payments" DROP CONSTRAINT "payments_refunds";--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "refunded_for_tickets_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "kept_fees_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "message_to_customer" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "tickets" jsonb DEFAULT '"NONE"'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
-- Until now the platform gave its share back with every refund.
UPDATE "payments" SET "refunded_for_tickets_minor" = "refunded_minor" WHERE "refunded_minor" > 0;--> statement-breakpoint
CREATE INDEX "refunds_requested_by" ON "refunds" USING btree ("requested_by","created_at");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_refunds" CHECK (0 <= "payments"."refunded_for_tickets_minor" and "payments"."refunded_for_tickets_minor" <= "payments"."refunded_minor" and "payments"."refunded_minor" <= "payments"."refund_reserved_minor" and "payments"."refund_reserved_minor" <= "payments"."captured_minor");