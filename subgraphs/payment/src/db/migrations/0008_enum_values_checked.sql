-- no transaction
ALTER TABLE "payment_issue_steps" VALIDATE CONSTRAINT "payment_issue_steps_status_values";--> statement-breakpoint
ALTER TABLE "payment_issues" VALIDATE CONSTRAINT "payment_issues_kind_values";--> statement-breakpoint
ALTER TABLE "payment_issues" VALIDATE CONSTRAINT "payment_issues_status_values";--> statement-breakpoint
ALTER TABLE "payment_issues" VALIDATE CONSTRAINT "payment_issues_resolution_values";--> statement-breakpoint
ALTER TABLE "refund_reports" VALIDATE CONSTRAINT "refund_reports_outcome_values";--> statement-breakpoint
ALTER TABLE "booking_outcomes" VALIDATE CONSTRAINT "booking_outcomes_outcome_values";--> statement-breakpoint
ALTER TABLE "partner_members" VALIDATE CONSTRAINT "partner_members_role_values";--> statement-breakpoint
ALTER TABLE "users" VALIDATE CONSTRAINT "users_status_values";--> statement-breakpoint
ALTER TABLE "ledger_accounts" VALIDATE CONSTRAINT "ledger_accounts_kind_values";--> statement-breakpoint
ALTER TABLE "transactions" VALIDATE CONSTRAINT "transactions_kind_values";--> statement-breakpoint
ALTER TABLE "payment_attempts" VALIDATE CONSTRAINT "payment_attempts_status_values";--> statement-breakpoint
ALTER TABLE "payments" VALIDATE CONSTRAINT "payments_status_values";--> statement-breakpoint
ALTER TABLE "payments" VALIDATE CONSTRAINT "payments_review_reason_values";--> statement-breakpoint
ALTER TABLE "refunds" VALIDATE CONSTRAINT "refunds_cause_values";--> statement-breakpoint
ALTER TABLE "refunds" VALIDATE CONSTRAINT "refunds_status_values";--> statement-breakpoint
ALTER TABLE "refunds" VALIDATE CONSTRAINT "refunds_route_values";--> statement-breakpoint
ALTER TABLE "webhook_events" VALIDATE CONSTRAINT "webhook_events_status_values";--> statement-breakpoint
ALTER TABLE "sandbox"."intents" VALIDATE CONSTRAINT "intents_status_values";--> statement-breakpoint
ALTER TABLE "sandbox"."refunds" VALIDATE CONSTRAINT "refunds_status_values";--> statement-breakpoint
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_account_status_values";--> statement-breakpoint
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_staff_role_values";
