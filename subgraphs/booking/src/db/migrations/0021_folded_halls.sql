ALTER TABLE "layouts" ADD COLUMN "folded_name" text;--> statement-breakpoint
ALTER TABLE "layouts" ADD COLUMN "search_rule" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "layouts_search_rule" ON "layouts" USING btree ("search_rule","id");