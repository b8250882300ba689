DROP INDEX "places_open";--> statement-breakpoint
CREATE INDEX "places_open" ON "places" USING btree ("performance_id","zone","row","section","position","number") WHERE status in ('FREE', 'HELD');