import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { PerformancesOverlap } from '../../errors.ts'
import { isUpcomingAt } from './upcoming.ts'

/** The time of a performance in a hall. Without an `id` it is a new one. */
export type Occupancy = Pick<PerformanceRow, 'layoutId' | 'startsAt' | 'endsAt'> & { id?: string }

/** A performance in the same hall at the same time. */
export interface Overlap {
  performanceId: string
  eventTitle: string
  startsAt: string
}

/** Assumed duration of a performance without an end time. */
const usualLength = sql`interval '2 hours'`

/** Reads the relation `wanted`. */
const othersInHall = sql`
  select performances.id as "performanceId", events.title as "eventTitle", performances.starts_at as "startsAt"
  from wanted
  join layouts own on own.id = wanted.layout_id
  join layouts same on same.venue_id = own.venue_id and (same.id = own.id or coalesce(same.folded_name, lower(trim(same.name))) = coalesce(own.folded_name, lower(trim(own.name))))
  join performances on performances.venue_id = own.venue_id and performances.layout_id = same.id
    and performances.id <> wanted.id and performances.status in ('SCHEDULED', 'RESCHEDULED')
    and performances.starts_at < coalesce(wanted.ends_at, wanted.starts_at + ${usualLength})
    and coalesce(performances.ends_at, performances.starts_at + ${usualLength}) > wanted.starts_at
  join events on events.id = performances.event_id and events.status <> 'CANCELLED'
  group by performances.id, events.title`

/**
 * Requires that no other performance uses the hall at that time, except cancelled and postponed ones. Layouts of a venue with the
 * same normalized name are versions of the same hall. Runs in the transaction that locked the hall.
 * @throws {PerformancesOverlap} that names the others
 */
export async function requireFreeHall(ctx: Ctx, wanted: Occupancy): Promise<void> {
  const overlaps = await listOverlaps(ctx, wanted)
  if (overlaps.length > 0) throw new PerformancesOverlap(overlaps)
}

/**
 * Serializes checks of the same hall. Taken before the lock on a performance, the same order as in a change of the venue.
 */
export async function lockHall(ctx: Ctx, layoutId: string): Promise<void> {
  await ctx.db.execute(sql`
    /* booking.lockHall */
    select venues.id from venues join layouts on layouts.venue_id = venues.id
    where layouts.id = ${layoutId} for no key update of venues`)
}

/** Up to ten performances in the hall at that time, earliest first. */
async function listOverlaps(ctx: Ctx, { id = '', layoutId, startsAt, endsAt }: Occupancy): Promise<Overlap[]> {
  const { rows } = await ctx.db.execute<OverlapRow>(sql`
    /* booking.listOverlaps */
    with wanted as (
      select ${id} as id, ${layoutId} as layout_id, ${startsAt.toISOString()}::timestamptz as starts_at,
        ${endsAt?.toISOString() ?? null}::timestamptz as ends_at
    )
    ${othersInHall} order by performances.starts_at, performances.id limit 10`)
  return rows.map(overlapOf)
}

/** The same for all upcoming performances of an event, without overlaps that were explicitly allowed. */
export async function listOverlapsOfEvent(ctx: Ctx, eventId: string): Promise<Overlap[]> {
  const { rows } = await ctx.db.execute<OverlapRow>(sql`
    /* booking.listOverlapsOfEvent */
    with wanted as (
      select performances.id, layout_id, starts_at, ends_at from performances
      where event_id = ${eventId} and status in ('SCHEDULED', 'RESCHEDULED') and ${isUpcomingAt(ctx.now())} and not allows_overlap
    )
    ${othersInHall} having not performances.allows_overlap order by performances.starts_at, performances.id limit 10`)
  return rows.map(overlapOf)
}

type OverlapRow = Omit<Overlap, 'startsAt'> & { startsAt: string | Date } & Record<string, unknown>

function overlapOf({ performanceId, eventTitle, startsAt }: OverlapRow): Overlap {
  return { performanceId, eventTitle, startsAt: new Date(startsAt).toISOString() }
}
