-- no transaction
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_account_status_values";--> statement-breakpoint
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_staff_role_values";
