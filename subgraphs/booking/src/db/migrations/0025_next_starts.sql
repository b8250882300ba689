ALTER TABLE "events" ADD COLUMN "next_starts_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "next_starts_until" timestamp with time zone DEFAULT '-infinity' NOT NULL;
--> statement-breakpoint
-- Whatever changes a performance, an older version of the service too, has its event looked at anew. Always an update, never only
-- where the mark is missing: the lock is what lets refreshNextStarts see every change before it writes what it saw.
CREATE FUNCTION forget_next_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE events SET next_starts_until = '-infinity' WHERE id = coalesce(NEW.event_id, OLD.event_id);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER performances_added AFTER INSERT OR DELETE ON performances FOR EACH ROW EXECUTE FUNCTION forget_next_start();--> statement-breakpoint
CREATE TRIGGER performances_moved AFTER UPDATE OF status, is_draft, starts_at, ends_at, sales_end_at ON performances FOR EACH ROW
  WHEN ((OLD.status, OLD.is_draft, OLD.starts_at, OLD.ends_at, OLD.sales_end_at)
    IS DISTINCT FROM (NEW.status, NEW.is_draft, NEW.starts_at, NEW.ends_at, NEW.sales_end_at))
  EXECUTE FUNCTION forget_next_start();
