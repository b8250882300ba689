ALTER TABLE "access_subjects" ADD CONSTRAINT "access_subjects_account_status_values" CHECK ("access_subjects"."account_status" in ('ACTIVE', 'SUSPENDED', 'DELETED')) NOT VALID;--> statement-breakpoint
ALTER TABLE "access_subjects" ADD CONSTRAINT "access_subjects_staff_role_values" CHECK ("access_subjects"."staff_role" in ('SUPERADMIN', 'SUPPORT', 'FINANCE', 'COMPLIANCE')) NOT VALID;
