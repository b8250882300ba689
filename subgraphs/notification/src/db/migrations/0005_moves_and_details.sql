ALTER TABLE "performances" ADD COLUMN "move_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "move_reason" text;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "doors_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "ends_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "venue_name" text;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "venue_city" text;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "venue_address_lines" jsonb;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "details_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "booked_starts_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "announced_move" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "announced_details" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- Until now a performance that was moved to a new date was called POSTPONED, and its ticket holders have been told.
update performances set status = 'RESCHEDULED', move_count = 1 where status = 'POSTPONED';--> statement-breakpoint
update tickets set booked_starts_at = performances.starts_at, announced_move = performances.move_count
from performances where performances.performance_id = tickets.performance_id;
