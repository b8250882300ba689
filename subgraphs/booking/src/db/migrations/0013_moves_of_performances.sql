DROP INDEX "performances_starts";--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "move_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "performance_starts_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "previous_starts_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "move_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "moved_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "move_reason" text;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "allows_overlap" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "move_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "admission_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "performances_starts" ON "performances" USING btree ("starts_at") WHERE status <> 'CANCELLED';--> statement-breakpoint
-- Until now a performance that was moved to a new date was called POSTPONED. Whoever has a booking for one may give it back.
update performances set status = 'RESCHEDULED', move_count = 1 where status = 'POSTPONED';--> statement-breakpoint
update holds set move_count = performances.move_count
from performances where performances.id = holds.performance_id and performances.move_count > 0;--> statement-breakpoint
update bookings set performance_starts_at = performances.starts_at
from performances where performances.id = bookings.performance_id;
