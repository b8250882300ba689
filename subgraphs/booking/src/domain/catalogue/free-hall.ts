import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { PerformancesOverlap } from '../../errors.ts'
import { isToComeAt } from './upcoming.ts'

/** When a performance is in which hall. Without an `id` it is one that is about to be made. */
export type Occupancy = Pick<PerformanceRow, 'layoutId' | 'startsAt' | 'endsAt'> & { id?: string }

/** A performance that is in the same hall at the same time. */
export interface Overlap {
  performanceId: string
  eventTitle: string
  startsAt: string
}

/** How long a performance takes, where its end is not said. */
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
 * Refuses a time at which the hall is taken by another performance that is not cancelled or postponed. Layouts of one venue that
 * have the same name, however it is typed, are the same hall: a later plan of it. For the transaction that locked the hall.
 * @throws {PerformancesOverlap} that names the others
 */
export async function requireFreeHall(ctx: Ctx, wanted: Occupancy): Promise<void> {
  const overlaps = await listOverlaps(ctx, wanted)
  if (overlaps.length > 0) throw new PerformancesOverlap(overlaps)
}

/**
 * Two who want the same hour at the same instant ask one after the other. Before the lock on a performance, as a change of the
 * venue takes them in that order too.
 */
export async function lockHall(ctx: Ctx, layoutId: string): Promise<void> {
  await ctx.db.execute(sql`
    /* booking.lockHall */
    select venues.id from venues join layouts on layouts.venue_id = venues.id
    where layouts.id = ${layoutId} for no key update of venues`)
}

/** The performances that are in the hall at that time, the earliest first: ten at most. */
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

/** The same for all performances of an event that are to come, but for overlaps that one of the two was made with. */
export async function listOverlapsOfEvent(ctx: Ctx, eventId: string): Promise<Overlap[]> {
  const { rows } = await ctx.db.execute<OverlapRow>(sql`
    /* booking.listOverlapsOfEvent */
    with wanted as (
      select performances.id, layout_id, starts_at, ends_at from performances
      where event_id = ${eventId} and status in ('SCHEDULED', 'RESCHEDULED') and ${isToComeAt(ctx.now())} and not allows_overlap
    )
    ${othersInHall} having not performances.allows_overlap order by performances.starts_at, performances.id limit 10`)
  return rows.map(overlapOf)
}

type OverlapRow = Omit<Overlap, 'startsAt'> & { startsAt: string | Date } & Record<string, unknown>

function overlapOf({ performanceId, eventTitle, startsAt }: OverlapRow): Overlap {
  return { performanceId, eventTitle, startsAt: new Date(startsAt).toISOString() }
}
