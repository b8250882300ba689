DROP INDEX "events_partner";--> statement-breakpoint
CREATE INDEX "events_partner" ON "events" USING btree ("partner_id","id");