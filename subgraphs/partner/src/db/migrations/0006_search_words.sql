DROP INDEX "venues_city";--> statement-breakpoint
ALTER TABLE "partners" ADD COLUMN "searchable" "tsvector" DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "partners" ADD COLUMN "search_rule" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "venues" ADD COLUMN "searchable" "tsvector" DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "venues" ADD COLUMN "folded_city" text;--> statement-breakpoint
ALTER TABLE "venues" ADD COLUMN "search_rule" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "partners_searchable" ON "partners" USING gin ("searchable");--> statement-breakpoint
CREATE INDEX "partners_search_rule" ON "partners" USING btree ("search_rule","id");--> statement-breakpoint
CREATE INDEX "venues_searchable" ON "venues" USING gin ("searchable");--> statement-breakpoint
CREATE INDEX "venues_search_rule" ON "venues" USING btree ("search_rule","id");--> statement-breakpoint
CREATE INDEX "venues_city" ON "venues" USING btree ("folded_city","name","id");--> statement-breakpoint
-- Whoever changes a text past the rule, such as an older version of the service, has its words cut anew.
CREATE FUNCTION forget_search_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search_rule := 0;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER partners_text_changed BEFORE UPDATE OF name, legal_name ON partners FOR EACH ROW
  WHEN ((OLD.name, OLD.legal_name) IS DISTINCT FROM (NEW.name, NEW.legal_name) AND OLD.searchable = NEW.searchable)
  EXECUTE FUNCTION forget_search_words();--> statement-breakpoint
CREATE TRIGGER venues_text_changed BEFORE UPDATE OF name, city ON venues FOR EACH ROW
  WHEN ((OLD.name, OLD.city) IS DISTINCT FROM (NEW.name, NEW.city) AND OLD.searchable = NEW.searchable)
  EXECUTE FUNCTION forget_search_words();
