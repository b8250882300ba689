ALTER TABLE "booking_refunds" ADD COLUMN "status" text DEFAULT 'SUCCEEDED' NOT NULL;--> statement-breakpoint
ALTER TABLE "booking_refunds" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "booking_refunds" ADD COLUMN "requested_by" text;--> statement-breakpoint
ALTER TABLE "booking_refunds" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "cancellations" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "cancellations" ADD COLUMN "refund_id" text;--> statement-breakpoint
ALTER TABLE "cancellations" ADD COLUMN "entitled_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "cancellations" ADD COLUMN "refund_decided_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "booking_refunds_requested_by" ON "booking_refunds" USING btree ("requested_by","refunded_at") WHERE cause = 'STAFF';--> statement-breakpoint
-- What was cancelled before was told as booking had computed it: nothing is waited for.
UPDATE "cancellations" SET "entitled_minor" = "refund_minor", "refund_decided_at" = "created_at";--> statement-breakpoint
ALTER TABLE "cancellations" ADD CONSTRAINT "cancellations_refund" CHECK ("cancellations"."refund_minor" between 0 and "cancellations"."entitled_minor");