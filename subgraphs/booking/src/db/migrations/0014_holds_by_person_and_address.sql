ALTER TABLE "performances" ADD COLUMN "allows_single_seats" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "client_key" text;--> statement-breakpoint
CREATE INDEX "holds_person" ON "holds" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "holds_client" ON "holds" USING btree ("performance_id","client_key","created_at") WHERE client_key is not null;