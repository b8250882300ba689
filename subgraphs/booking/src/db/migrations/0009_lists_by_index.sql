CREATE INDEX "bookings_partner_status" ON "bookings" USING btree ("partner_id","status","placed_at","id");--> statement-breakpoint
CREATE INDEX "bookings_placed" ON "bookings" USING btree ("placed_at","id");--> statement-breakpoint
CREATE INDEX "bookings_status" ON "bookings" USING btree ("status","placed_at","id");--> statement-breakpoint
CREATE INDEX "holds_ended" ON "holds" USING btree ("ended_at") WHERE status in ('RELEASED', 'EXPIRED');