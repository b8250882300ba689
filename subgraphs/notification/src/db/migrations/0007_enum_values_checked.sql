-- no transaction
ALTER TABLE "performances" VALIDATE CONSTRAINT "performances_status_values";--> statement-breakpoint
ALTER TABLE "notification_steps" VALIDATE CONSTRAINT "notification_steps_status_values";--> statement-breakpoint
ALTER TABLE "notifications" VALIDATE CONSTRAINT "notifications_channel_values";--> statement-breakpoint
ALTER TABLE "notifications" VALIDATE CONSTRAINT "notifications_kind_values";--> statement-breakpoint
ALTER TABLE "notifications" VALIDATE CONSTRAINT "notifications_category_values";--> statement-breakpoint
ALTER TABLE "notifications" VALIDATE CONSTRAINT "notifications_status_values";--> statement-breakpoint
ALTER TABLE "notifications" VALIDATE CONSTRAINT "notifications_skip_reason_values";--> statement-breakpoint
ALTER TABLE "devices" VALIDATE CONSTRAINT "devices_platform_values";--> statement-breakpoint
ALTER TABLE "preferences" VALIDATE CONSTRAINT "preferences_category_values";--> statement-breakpoint
ALTER TABLE "preferences" VALIDATE CONSTRAINT "preferences_channel_values";--> statement-breakpoint
ALTER TABLE "recipients" VALIDATE CONSTRAINT "recipients_status_values";--> statement-breakpoint
ALTER TABLE "suppressions" VALIDATE CONSTRAINT "suppressions_channel_values";--> statement-breakpoint
ALTER TABLE "suppressions" VALIDATE CONSTRAINT "suppressions_reason_values";--> statement-breakpoint
ALTER TABLE "unsubscribe_tokens" VALIDATE CONSTRAINT "unsubscribe_tokens_category_values";--> statement-breakpoint
ALTER TABLE "template_versions" VALIDATE CONSTRAINT "template_versions_kind_values";--> statement-breakpoint
ALTER TABLE "template_versions" VALIDATE CONSTRAINT "template_versions_channel_values";--> statement-breakpoint
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_account_status_values";--> statement-breakpoint
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_staff_role_values";
