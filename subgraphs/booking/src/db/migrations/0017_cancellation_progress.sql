ALTER TABLE "bookings" ADD COLUMN "cancellation_failed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "cancelled_at" timestamp with time zone;