DROP INDEX "users_name_words";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "name_words" "tsvector" DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "search_rule" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "users_search_rule" ON "users" USING btree ("search_rule","id");--> statement-breakpoint
CREATE INDEX "users_name_words" ON "users" USING gin ("name_words");--> statement-breakpoint
-- Whoever changes a text past the rule, such as an older version of the service, has its words cut anew.
CREATE FUNCTION forget_search_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search_rule := 0;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER users_text_changed BEFORE UPDATE OF name ON users FOR EACH ROW
  WHEN (OLD.name IS DISTINCT FROM NEW.name AND OLD.name_words = NEW.name_words)
  EXECUTE FUNCTION forget_search_words();
