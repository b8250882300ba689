-- no transaction
DROP INDEX CONCURRENTLY IF EXISTS "partner_invitations_partner";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "partner_invitations_partner" ON "partner_invitations" USING btree ("partner_id");
