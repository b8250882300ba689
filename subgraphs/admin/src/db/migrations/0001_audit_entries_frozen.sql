-- The audit log is append-only: whoever connects as the service cannot change or remove what stands in it.
create function audit_entries_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger audit_entries_frozen before update or delete on audit_entries
  for each row execute function audit_entries_refuse();
--> statement-breakpoint
create trigger audit_entries_kept before truncate on audit_entries
  for each statement execute function audit_entries_refuse();
