-- no transaction
ALTER TABLE "booking_payments" VALIDATE CONSTRAINT "booking_payments_rejection_values";--> statement-breakpoint
ALTER TABLE "booking_refunds" VALIDATE CONSTRAINT "booking_refunds_cause_values";--> statement-breakpoint
ALTER TABLE "booking_refunds" VALIDATE CONSTRAINT "booking_refunds_status_values";--> statement-breakpoint
ALTER TABLE "bookings" VALIDATE CONSTRAINT "bookings_status_values";--> statement-breakpoint
ALTER TABLE "cancellation_requests" VALIDATE CONSTRAINT "cancellation_requests_kind_values";--> statement-breakpoint
ALTER TABLE "cancellation_requests" VALIDATE CONSTRAINT "cancellation_requests_status_values";--> statement-breakpoint
ALTER TABLE "events" VALIDATE CONSTRAINT "events_category_values";--> statement-breakpoint
ALTER TABLE "events" VALIDATE CONSTRAINT "events_status_values";--> statement-breakpoint
ALTER TABLE "performances" VALIDATE CONSTRAINT "performances_status_values";--> statement-breakpoint
ALTER TABLE "performances" VALIDATE CONSTRAINT "performances_tax_mode_values";--> statement-breakpoint
ALTER TABLE "performances" VALIDATE CONSTRAINT "performances_entry_rule_values";--> statement-breakpoint
ALTER TABLE "holds" VALIDATE CONSTRAINT "holds_status_values";--> statement-breakpoint
ALTER TABLE "places" VALIDATE CONSTRAINT "places_kind_values";--> statement-breakpoint
ALTER TABLE "places" VALIDATE CONSTRAINT "places_status_values";--> statement-breakpoint
ALTER TABLE "partner_members" VALIDATE CONSTRAINT "partner_members_role_values";--> statement-breakpoint
ALTER TABLE "users" VALIDATE CONSTRAINT "users_status_values";--> statement-breakpoint
ALTER TABLE "check_ins" VALIDATE CONSTRAINT "check_ins_direction_values";--> statement-breakpoint
ALTER TABLE "check_ins" VALIDATE CONSTRAINT "check_ins_outcome_values";--> statement-breakpoint
ALTER TABLE "tickets" VALIDATE CONSTRAINT "tickets_status_values";--> statement-breakpoint
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_account_status_values";--> statement-breakpoint
ALTER TABLE "access_subjects" VALIDATE CONSTRAINT "access_subjects_staff_role_values";
