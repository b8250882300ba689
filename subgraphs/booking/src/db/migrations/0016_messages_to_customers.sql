ALTER TABLE "cancellations" ADD COLUMN "message_to_customer" text;--> statement-breakpoint
-- Why a performance was cancelled was written for everybody.
UPDATE "cancellations" SET "message_to_customer" = "reason" WHERE "cancelled_by" = 'booking';
