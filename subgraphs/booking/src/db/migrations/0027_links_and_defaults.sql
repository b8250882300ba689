-- allow contract: createEvent is all that inserts, and names it
ALTER TABLE "events" ALTER COLUMN "category" DROP DEFAULT;--> statement-breakpoint
-- allow contract: createPerformance is all that inserts, and names it
ALTER TABLE "performances" ALTER COLUMN "venue_id" DROP DEFAULT;--> statement-breakpoint
-- allow contract: createPerformance is all that inserts, and names it
ALTER TABLE "performances" ALTER COLUMN "time_zone" DROP DEFAULT;--> statement-breakpoint
-- allow contract: createPerformance is all that inserts, and names it
ALTER TABLE "performances" ALTER COLUMN "capacity" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_payment_id_booking_payments_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."booking_payments"("payment_id") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "check_ins" ADD CONSTRAINT "check_ins_earlier_id_check_ins_id_fk" FOREIGN KEY ("earlier_id") REFERENCES "public"."check_ins"("id") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
-- What every sale changes is cleaned up after a fiftieth of it changed, not after a fifth, and without pauses.
ALTER TABLE "places" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);--> statement-breakpoint
ALTER TABLE "holds" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);--> statement-breakpoint
ALTER TABLE "bookings" SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
