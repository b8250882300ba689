-- The old words stay until the first run of indexSearch, so that events are found meanwhile.
ALTER TABLE "events" ALTER COLUMN "searchable" DROP EXPRESSION;--> statement-breakpoint
UPDATE "events" SET "searchable" = '' WHERE "searchable" IS NULL;--> statement-breakpoint
ALTER TABLE "events" ALTER COLUMN "searchable" SET DEFAULT '';--> statement-breakpoint
ALTER TABLE "events" ALTER COLUMN "searchable" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "search_rule" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "venues" ADD COLUMN "searchable" "tsvector" DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "venues" ADD COLUMN "folded_city" text;--> statement-breakpoint
ALTER TABLE "venues" ADD COLUMN "search_rule" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "events_search_rule" ON "events" USING btree ("search_rule","id");--> statement-breakpoint
CREATE INDEX "venues_city" ON "venues" USING btree ("folded_city");--> statement-breakpoint
CREATE INDEX "venues_search_rule" ON "venues" USING btree ("search_rule","id");--> statement-breakpoint
-- Whoever changes a text past the rule, such as an older version of the service, has its words cut anew.
CREATE FUNCTION forget_search_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search_rule := 0;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER events_text_changed BEFORE UPDATE OF title, description ON events FOR EACH ROW
  WHEN ((OLD.title, OLD.description) IS DISTINCT FROM (NEW.title, NEW.description) AND OLD.searchable = NEW.searchable)
  EXECUTE FUNCTION forget_search_words();--> statement-breakpoint
CREATE TRIGGER venues_text_changed BEFORE UPDATE OF name, city ON venues FOR EACH ROW
  WHEN ((OLD.name, OLD.city) IS DISTINCT FROM (NEW.name, NEW.city) AND OLD.searchable = NEW.searchable)
  EXECUTE FUNCTION forget_search_words();
