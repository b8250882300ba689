ALTER TABLE "payment_attempts" ADD COLUMN "return_url" text;--> statement-breakpoint
ALTER TABLE "sandbox"."intents" ADD COLUMN "answered_challenge" text;--> statement-breakpoint
ALTER TABLE "sandbox"."intents" ADD COLUMN "return_url" text;--> statement-breakpoint
ALTER TABLE "sandbox"."intents" ADD CONSTRAINT "intents_answeredChallenge_unique" UNIQUE("answered_challenge");