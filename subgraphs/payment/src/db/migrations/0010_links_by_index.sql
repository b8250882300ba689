-- no transaction
DROP INDEX CONCURRENTLY IF EXISTS "transactions_refund";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "transactions_refund" ON "transactions" USING btree ("refund_id") WHERE refund_id is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "transactions_reverses";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "transactions_reverses" ON "transactions" USING btree ("reverses_id") WHERE reverses_id is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "sandbox"."confirmations_intent";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "confirmations_intent" ON "sandbox"."confirmations" USING btree ("intent_id");--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "sandbox"."refunds_intent";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "refunds_intent" ON "sandbox"."refunds" USING btree ("intent_id");
