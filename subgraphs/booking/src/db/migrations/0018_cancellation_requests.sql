CREATE TABLE "cancellation_requests" (
	"id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"ticket_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"reason" text,
	"message_to_customer" text,
	"amounts" jsonb NOT NULL,
	"status" text NOT NULL,
	"requested_by" text NOT NULL,
	"decided_by" text,
	"created_at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone,
	CONSTRAINT "cancellation_requests_four_eyes" CHECK ("cancellation_requests"."decided_by" is distinct from "cancellation_requests"."requested_by")
);
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "cancellation_request_id" text;--> statement-breakpoint
ALTER TABLE "performances" ADD COLUMN "cancellation_request_id" text;--> statement-breakpoint
CREATE INDEX "cancellation_requests_partner" ON "cancellation_requests" USING btree ("partner_id","id") WHERE status <> 'DONE';--> statement-breakpoint
CREATE INDEX "cancellation_requests_open" ON "cancellation_requests" USING btree ("id") WHERE status = 'REQUESTED';--> statement-breakpoint
CREATE INDEX "cancellation_requests_person" ON "cancellation_requests" USING btree ("requested_by","created_at");--> statement-breakpoint
CREATE INDEX "cancellation_requests_subject" ON "cancellation_requests" USING btree ("subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cancellation_requests_one" ON "cancellation_requests" USING btree ("subject_id") WHERE status = 'REQUESTED' and kind <> 'TICKETS';