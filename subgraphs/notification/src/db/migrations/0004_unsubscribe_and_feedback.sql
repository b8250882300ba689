CREATE TABLE "unsubscribe_tokens" (
	"token" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"category" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "unsubscribe_tokens_once" ON "unsubscribe_tokens" USING btree ("user_id","category");--> statement-breakpoint
CREATE INDEX "notifications_provider" ON "notifications" USING btree ("provider_message_id") WHERE provider_message_id is not null;