-- no transaction
ALTER TABLE "bookings" VALIDATE CONSTRAINT "bookings_payment_id_booking_payments_payment_id_fk";--> statement-breakpoint
ALTER TABLE "check_ins" VALIDATE CONSTRAINT "check_ins_earlier_id_check_ins_id_fk";--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "booking_lines_tier";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "booking_lines_tier" ON "booking_lines" USING btree ("tier_id");--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "booking_lines_cancellation";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "booking_lines_cancellation" ON "booking_lines" USING btree ("cancellation_id") WHERE cancellation_id is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "bookings_payment";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "bookings_payment" ON "bookings" USING btree ("payment_id") WHERE payment_id is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "holds_performance";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "holds_performance" ON "holds" USING btree ("performance_id");--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "places_tier";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "places_tier" ON "places" USING btree ("tier_id") WHERE tier_id is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "check_ins_earlier";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "check_ins_earlier" ON "check_ins" USING btree ("earlier_id") WHERE earlier_id is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "tickets_performance";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "tickets_performance" ON "tickets" USING btree ("performance_id");
