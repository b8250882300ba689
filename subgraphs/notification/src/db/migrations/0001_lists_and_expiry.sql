ALTER TABLE "notifications" ADD COLUMN "data_expires_at" timestamp with time zone DEFAULT now() + interval '90 days';--> statement-breakpoint
CREATE INDEX "notifications_subject" ON "notifications" USING btree ("subject_id","id") WHERE subject_id is not null;--> statement-breakpoint
CREATE INDEX "notifications_state" ON "notifications" USING btree ("status","kind","channel","id");--> statement-breakpoint
CREATE INDEX "notifications_address" ON "notifications" USING btree ("recipient","id") WHERE user_id is null;--> statement-breakpoint
CREATE INDEX "notifications_data_expiry" ON "notifications" USING btree ("data_expires_at") WHERE data_expires_at is not null;