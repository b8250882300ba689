-- Whoever changes a place, by whichever statement, the row says in which transaction.
CREATE FUNCTION "stamp_changed_in"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW."changed_in" := pg_current_xact_id();
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "places_changed_in" BEFORE INSERT OR UPDATE ON "places" FOR EACH ROW EXECUTE FUNCTION "stamp_changed_in"();
