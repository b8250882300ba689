-- no transaction
DROP INDEX CONCURRENTLY IF EXISTS "events_next";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "events_next" ON "events" USING btree ("next_starts_at","id") WHERE status = 'PUBLISHED';--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "events_next_unknown";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "events_next_unknown" ON "events" USING btree ("next_starts_until","id") WHERE status = 'PUBLISHED';--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "events_newest";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "events_newest" ON "events" USING btree ("published_at","id") WHERE status = 'PUBLISHED' and next_starts_at is not null;
