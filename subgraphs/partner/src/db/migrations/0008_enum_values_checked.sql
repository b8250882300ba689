-- no transaction
ALTER TABLE "bank_accounts" VALIDATE CONSTRAINT "bank_accounts_status_values";--> statement-breakpoint
ALTER TABLE "partner_documents" VALIDATE CONSTRAINT "partner_documents_kind_values";--> statement-breakpoint
ALTER TABLE "partner_documents" VALIDATE CONSTRAINT "partner_documents_content_type_values";--> statement-breakpoint
ALTER TABLE "partner_documents" VALIDATE CONSTRAINT "partner_documents_status_values";--> statement-breakpoint
ALTER TABLE "partner_invitations" VALIDATE CONSTRAINT "partner_invitations_role_values";--> statement-breakpoint
ALTER TABLE "partner_invitations" VALIDATE CONSTRAINT "partner_invitations_status_values";--> statement-breakpoint
ALTER TABLE "partner_members" VALIDATE CONSTRAINT "partner_members_role_values";--> statement-breakpoint
ALTER TABLE "partners" VALIDATE CONSTRAINT "partners_status_values";--> statement-breakpoint
ALTER TABLE "users" VALIDATE CONSTRAINT "users_status_values";--> statement-breakpoint
ALTER TABLE "layouts" VALIDATE CONSTRAINT "layouts_status_values";--> statement-breakpoint
ALTER TABLE "venues" VALIDATE CONSTRAINT "venues_performance_times_values";--> statement-breakpoint
ALTER TABLE "venues" VALIDATE CONSTRAINT "venues_accessibility_features_values";--> statement-breakpoint
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_account_status_values";--> statement-breakpoint
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_staff_role_values";
