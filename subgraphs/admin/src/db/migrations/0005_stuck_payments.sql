CREATE TABLE "payment_issues" (
	"issue_id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"kind" text NOT NULL,
	"partner_id" text,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"is_open" boolean NOT NULL
);
--> statement-breakpoint
CREATE INDEX "payment_issues_open" ON "payment_issues" USING btree ("opened_at") WHERE is_open;