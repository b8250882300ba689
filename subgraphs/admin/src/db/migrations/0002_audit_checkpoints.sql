CREATE TABLE "audit_checkpoints" (
	"tenant" text NOT NULL,
	"sequence" integer NOT NULL,
	"hash" text NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"broken_at_sequence" integer,
	CONSTRAINT "audit_checkpoints_tenant_sequence_pk" PRIMARY KEY("tenant","sequence")
);
--> statement-breakpoint
DROP INDEX "audit_entries_subject";--> statement-breakpoint
DROP INDEX "audit_entries_actor";--> statement-breakpoint
CREATE INDEX "audit_checkpoints_oldest" ON "audit_checkpoints" USING btree ("checked_at");--> statement-breakpoint
CREATE INDEX "audit_entries_tenant" ON "audit_entries" USING btree ("tenant","occurred_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_service" ON "audit_entries" USING btree ("service","occurred_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_action" ON "audit_entries" USING btree ("action","occurred_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_subject" ON "audit_entries" USING btree ("subject_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_actor" ON "audit_entries" USING btree ("actor","occurred_at","id");