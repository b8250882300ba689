CREATE TABLE "access_subjects" (
	"user_id" text PRIMARY KEY NOT NULL,
	"account_status" text DEFAULT 'ACTIVE' NOT NULL,
	"account_version" integer DEFAULT 0 NOT NULL,
	"staff_role" text,
	"staff_version" integer DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "access_subjects_changed" ON "access_subjects" USING btree ("changed_at") WHERE changed_at is not null;--> statement-breakpoint
CREATE INDEX "access_subjects_staff" ON "access_subjects" USING btree ("user_id") WHERE staff_role is not null;