create function refuse_change_of_published_layout() returns trigger language plpgsql as $$
begin
  if old.status = 'PUBLISHED' then
    raise exception 'layout % is published and never changes', old.id using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger layouts_frozen before update or delete on layouts
  for each row execute function refuse_change_of_published_layout();
--> statement-breakpoint
create function refuse_change_of_published_document() returns trigger language plpgsql as $$
declare
  layout_status text;
begin
  -- Locked, so that the layout cannot become published between this look and the change.
  select status into layout_status from layouts where id = old.layout_id for share;
  if layout_status = 'PUBLISHED' then
    raise exception 'layout % is published and never changes', old.layout_id using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger layout_documents_frozen before update or delete on layout_documents
  for each row execute function refuse_change_of_published_document();
