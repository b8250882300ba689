CREATE TABLE "payment_captures" (
	"payment_id" text NOT NULL,
	"attempt_key" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"issue_id" text,
	"recorded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payment_captures_payment_id_attempt_key_amount_minor_currency_pk" PRIMARY KEY("payment_id","attempt_key","amount_minor","currency")
);
--> statement-breakpoint
CREATE TABLE "payment_issue_steps" (
	"issue_id" text NOT NULL,
	"version" integer NOT NULL,
	"step" text NOT NULL,
	"status" text NOT NULL,
	"actor" text NOT NULL,
	"note" text,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "payment_issue_steps_issue_id_version_pk" PRIMARY KEY("issue_id","version")
);
--> statement-breakpoint
CREATE TABLE "payment_issues" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"payment_id" text,
	"refund_id" text,
	"webhook_id" text,
	"provider" text NOT NULL,
	"partner_id" text,
	"user_id" text,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"expected_minor" bigint,
	"expected_currency" text,
	"received_minor" bigint,
	"received_currency" text,
	"suspense_minor" bigint DEFAULT 0 NOT NULL,
	"request" jsonb,
	"resolution" text,
	"transfer_reference" text,
	"transferred_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "payment_issues_key_unique" UNIQUE("key"),
	CONSTRAINT "payment_issues_amount" CHECK ("payment_issues"."amount_minor" >= 0),
	CONSTRAINT "payment_issues_resolved" CHECK (("payment_issues"."status" = 'RESOLVED') = ("payment_issues"."resolution" is not null)),
	CONSTRAINT "payment_issues_suspense" CHECK ("payment_issues"."status" <> 'RESOLVED' or "payment_issues"."suspense_minor" = 0),
	CONSTRAINT "payment_issues_request" CHECK (("payment_issues"."status" = 'AWAITING_APPROVAL') = ("payment_issues"."request" is not null))
);
--> statement-breakpoint
CREATE TABLE "refund_reports" (
	"refund_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"outcome" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "refund_reports_refund_id_attempt_outcome_amount_minor_currency_at_pk" PRIMARY KEY("refund_id","attempt","outcome","amount_minor","currency","at")
);
--> statement-breakpoint
CREATE TABLE "ledger_horizon" (
	"id" integer PRIMARY KEY NOT NULL,
	"horizon" "xid8" NOT NULL,
	"floor_id" bigint NOT NULL,
	"taken_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_snapshots" (
	"account_id" text PRIMARY KEY NOT NULL,
	"balance_minor" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "transactions" DROP CONSTRAINT "transactions_once";--> statement-breakpoint
ALTER TABLE "payments" DROP CONSTRAINT "payments_captured";--> statement-breakpoint
ALTER TABLE "payments" DROP CONSTRAINT "payments_refunds";--> statement-breakpoint
DROP INDEX "ledger_entries_account";--> statement-breakpoint
DROP INDEX "transactions_partner";--> statement-breakpoint
DROP INDEX "payments_open";--> statement-breakpoint
DROP INDEX "refunds_unsettled";--> statement-breakpoint
DROP INDEX "webhook_events_parked";--> statement-breakpoint
ALTER TABLE "transactions" ALTER COLUMN "payment_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "transactions" ALTER COLUMN "partner_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD COLUMN "posted_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "issue_id" text;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "step" integer;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "debited_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "open_issues" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "answered_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
-- What was refunded by now was taken back from those who had it.
UPDATE "payments" SET "debited_minor" = "refunded_minor" WHERE "refunded_minor" > 0;--> statement-breakpoint
UPDATE "payments" SET "answered_at" = "booking_outcomes"."decided_at" FROM "booking_outcomes"
WHERE "booking_outcomes"."booking_id" = "payments"."booking_id" AND "booking_outcomes"."outcome" IN ('CONFIRMED', 'REJECTED');--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "partner_id" text;--> statement-breakpoint
UPDATE "refunds" SET "partner_id" = "payments"."partner_id" FROM "payments" WHERE "payments"."id" = "refunds"."payment_id";--> statement-breakpoint
ALTER TABLE "refunds" ALTER COLUMN "partner_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "issue_id" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "attempt" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "route" text DEFAULT 'PROVIDER' NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "transfer_reference" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "transferred_on" date;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "sent_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "webhook_events" ADD COLUMN "issue_id" text;--> statement-breakpoint
ALTER TABLE "sandbox"."intents" ADD COLUMN "captures" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_captures" ADD CONSTRAINT "payment_captures_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- What was captured by now is known, so that its report changes nothing when it is repeated.
INSERT INTO "payment_captures" ("payment_id", "attempt_key", "amount_minor", "currency", "at", "recorded_at")
SELECT "id",
	coalesce((SELECT "payment_attempts"."id" FROM "payment_attempts" WHERE "payment_attempts"."payment_id" = "payments"."id"
		AND "payment_attempts"."status" = 'CAPTURED' ORDER BY "sequence" LIMIT 1), ''),
	CASE WHEN "captured_at" IS NULL THEN coalesce("review_amount_minor", 0) ELSE "captured_minor" END,
	CASE WHEN "captured_at" IS NULL THEN coalesce("review_currency", "currency") ELSE "currency" END,
	coalesce("captured_at", "created_at"), coalesce("captured_at", "created_at")
FROM "payments" WHERE "captured_at" IS NOT NULL OR "status" = 'NEEDS_REVIEW';--> statement-breakpoint
ALTER TABLE "payment_issue_steps" ADD CONSTRAINT "payment_issue_steps_issue_id_payment_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."payment_issues"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_issues" ADD CONSTRAINT "payment_issues_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_snapshots" ADD CONSTRAINT "ledger_snapshots_account_id_ledger_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."ledger_accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payment_issues_queue" ON "payment_issues" USING btree ("status","kind","currency","opened_at","id");--> statement-breakpoint
CREATE INDEX "payment_issues_payment" ON "payment_issues" USING btree ("payment_id","opened_at");--> statement-breakpoint
CREATE INDEX "ledger_accounts_owner" ON "ledger_accounts" USING btree ("owner","kind");--> statement-breakpoint
CREATE INDEX "ledger_entries_posted" ON "ledger_entries" USING btree ("posted_in");--> statement-breakpoint
CREATE INDEX "transactions_kind" ON "transactions" USING btree ("kind","currency","occurred_at","id");--> statement-breakpoint
CREATE INDEX "transactions_issue" ON "transactions" USING btree ("issue_id");--> statement-breakpoint
CREATE INDEX "payments_unanswered" ON "payments" USING btree (coalesce(asked_at, captured_at),"id") WHERE captured_at is not null and answered_at is null;--> statement-breakpoint
CREATE INDEX "payments_in_review" ON "payments" USING btree ("id") WHERE review_reason is not null and open_issues = 0;--> statement-breakpoint
CREATE INDEX "refunds_partner" ON "refunds" USING btree ("partner_id","status","id");--> statement-breakpoint
CREATE INDEX "refunds_status" ON "refunds" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "refunds_orphaned" ON "refunds" USING btree ("id") WHERE status = 'FAILED' and issue_id is null;--> statement-breakpoint
CREATE INDEX "webhook_events_taken" ON "webhook_events" USING btree ("received_at") WHERE status = 'TAKEN';--> statement-breakpoint
CREATE INDEX "ledger_entries_account" ON "ledger_entries" USING btree ("account_id","posted_in");--> statement-breakpoint
CREATE INDEX "transactions_partner" ON "transactions" USING btree ("partner_id","kind","currency","occurred_at","id");--> statement-breakpoint
CREATE INDEX "payments_open" ON "payments" USING btree (coalesce(asked_at, created_at),"id") WHERE status in ('PROCESSING', 'REQUIRES_ACTION');--> statement-breakpoint
CREATE INDEX "refunds_unsettled" ON "refunds" USING btree (coalesce(asked_at, created_at),"id") WHERE status in ('APPROVED', 'PENDING');--> statement-breakpoint
CREATE INDEX "webhook_events_parked" ON "webhook_events" USING btree ("received_at") WHERE status = 'PARKED' and issue_id is null;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_once" UNIQUE NULLS NOT DISTINCT("payment_id","kind","refund_id","reverses_id","issue_id","step");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_debited" CHECK (0 <= "payments"."refunded_for_tickets_minor" and "payments"."refunded_for_tickets_minor" <= "payments"."debited_minor" and "payments"."debited_minor" <= "payments"."captured_minor");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_captured" CHECK ("payments"."captured_minor" between 0 and "payments"."amount_minor");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_refunds" CHECK (0 <= "payments"."refunded_minor" and "payments"."refunded_minor" <= "payments"."refund_reserved_minor" and "payments"."refund_reserved_minor" <= "payments"."captured_minor");