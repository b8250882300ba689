-- Lists merge one index range per state, kind, currency and partner. A sample that misses the rare ones says that there is only one, and
-- then reading the whole table by its id looks as cheap. Used from the next ANALYZE on.
ALTER TABLE "refunds" ALTER COLUMN "status" SET (n_distinct = 8);--> statement-breakpoint
ALTER TABLE "refunds" ALTER COLUMN "partner_id" SET (n_distinct = 100);--> statement-breakpoint
ALTER TABLE "transactions" ALTER COLUMN "kind" SET (n_distinct = 8);--> statement-breakpoint
ALTER TABLE "transactions" ALTER COLUMN "currency" SET (n_distinct = 8);--> statement-breakpoint
ALTER TABLE "transactions" ALTER COLUMN "partner_id" SET (n_distinct = 100);--> statement-breakpoint
ALTER TABLE "payment_issues" ALTER COLUMN "kind" SET (n_distinct = 8);--> statement-breakpoint
ALTER TABLE "payment_issues" ALTER COLUMN "currency" SET (n_distinct = 8);
