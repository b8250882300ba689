ALTER TABLE "bookings" ADD COLUMN "cancellation_deadline_hours" integer;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "cancellation_fee_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
-- Bookings from before keep the terms that held on the day of this migration.
update bookings set cancellation_deadline_hours = performances.cancellation_deadline_hours,
  cancellation_fee_minor = performances.cancellation_fee_minor
from performances where performances.id = bookings.performance_id;
