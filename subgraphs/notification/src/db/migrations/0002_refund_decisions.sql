CREATE TABLE "refund_decisions" (
	"cause_id" text PRIMARY KEY NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"decided_at" timestamp with time zone NOT NULL
);
