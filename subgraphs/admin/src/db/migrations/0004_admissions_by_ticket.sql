CREATE TABLE "ticket_admissions" (
	"ticket_id" text PRIMARY KEY NOT NULL,
	"performance_id" text NOT NULL,
	"partner_id" text NOT NULL,
	"version" integer NOT NULL,
	"move_count" integer NOT NULL,
	"is_inside" boolean NOT NULL,
	"entries" integer NOT NULL,
	"admitted_on" date
);
--> statement-breakpoint
ALTER TABLE "performance_figures" ADD COLUMN "inside" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "performance_figures" ADD COLUMN "entries" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "performance_figures" ADD COLUMN "move_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "performance_figures" ADD COLUMN "to_come_until" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "ticket_admissions_performance" ON "ticket_admissions" USING btree ("performance_id");--> statement-breakpoint
CREATE INDEX "performance_figures_to_come" ON "performance_figures" USING btree ("to_come_until");--> statement-breakpoint
-- Until now each scan counted as a guest. The audit log has every scan, and every one that was taken back.
with scans as (
  select changes ->> 'ticketId' as ticket_id, min(changes ->> 'performanceId') as performance_id,
    min(changes ->> 'partnerId') as partner_id, count(*) as admitted, min(occurred_at at time zone 'UTC')::date as admitted_on
  from audit_entries where action = 'booking.ticketAdmitted' group by 1
), undone as (
  select subject_id as ticket_id, count(*) as undone from audit_entries where action = 'undoCheckIn' group by 1
)
insert into ticket_admissions (ticket_id, performance_id, partner_id, version, move_count, is_inside, entries, admitted_on)
select scans.ticket_id, performance_id, partner_id, 0, 0, admitted > coalesce(undone, 0),
  greatest(admitted - coalesce(undone, 0), 0), case when admitted > coalesce(undone, 0) then admitted_on end
from scans left join undone using (ticket_id);--> statement-breakpoint
update performance_figures set
  admitted = (select count(*) from ticket_admissions where performance_id = performance_figures.performance_id and entries > 0),
  inside = (select count(*) from ticket_admissions where performance_id = performance_figures.performance_id and is_inside),
  entries = (select coalesce(sum(entries), 0) from ticket_admissions where performance_id = performance_figures.performance_id),
  to_come_until = starts_at;--> statement-breakpoint
delete from daily_figures where metric = 'admissions';--> statement-breakpoint
insert into daily_figures (day, metric, partner_id, currency, count, amount_minor)
select admitted_on, 'admissions', partner_id, '', count(*), 0 from ticket_admissions
where admitted_on is not null group by admitted_on, partner_id;
