import type { BaseCtx } from '@tikitu/kit/context/context'
import { sweep, sweepBatch } from '@tikitu/kit/context/sweep'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { foldedName } from '@tikitu/kit/search/fold-text'
import { indexRows } from '@tikitu/kit/search/search-index'
import { searchRule, searchVector } from '@tikitu/kit/search/search-words'
import { and, asc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, events, type PerformanceRow } from '../../db/tables/catalogue.ts'
import { type LayoutRow, layouts, type VenueRow, venues } from '../../db/tables/partners.ts'

/** Search columns of an event, without its venues. */
export function wordsOfEvent({ title, description }: Pick<EventRow, 'title' | 'description'>) {
  return { searchable: searchVector({ A: title, B: description }), searchRule }
}

/** Search columns of a venue. */
export function wordsOfVenue({ name, city }: Pick<VenueRow, 'name' | 'city'>) {
  return { searchable: searchVector({ C: `${name} ${city}` }), foldedCity: foldedName(city), searchRule }
}

/** Search columns after a change of an event's texts; the words of its venues stay. */
export function updatedWordsOfEvent(event: Pick<EventRow, 'title' | 'description'>) {
  const { searchable } = wordsOfEvent(event)
  return { searchable: sql`${searchable}::tsvector || ts_filter(${events.searchable}, '{c}')`, searchRule }
}

/** Columns that identify a layout's hall within its venue. */
export function wordsOfLayout({ name }: Pick<LayoutRow, 'name'>) {
  return { foldedName: foldedName(name), searchRule }
}

/** Adds the venue of a new performance to the words of its event. Safe for concurrent additions of other venues. */
export async function addVenueWords(ctx: Ctx, { id, eventId, venueId }: PerformanceRow): Promise<void> {
  await ctx.db.execute(sql`
    /* booking.addVenueWords */
    update events set searchable = events.searchable || venues.searchable from venues
    where events.id = ${eventId} and venues.id = ${venueId} and not exists (
      select from performances where event_id = ${eventId} and venue_id = ${venueId} and id <> ${id})`)
}

/** Locks the events at a venue until the transaction ends. Taken before the locks on their performances. */
export async function lockEventsOfVenue(ctx: BaseCtx, venueId: string): Promise<void> {
  await ctx.db.execute(sql`
    /* booking.lockEventsOfVenue */
    select from events where ${isPlayedAt(venueId)} order by id for no key update`)
}

/** Updates the words of the events at a venue after a change of its name. Locks them, so that concurrently added performances are seen. */
export async function replaceVenueWords(ctx: BaseCtx, venueId: string): Promise<void> {
  await ctx.db.execute(sql`
    /* booking.replaceVenueWords */
    update events set searchable = ts_filter(searchable, '{a,b}') || ${venueWords} where ${isPlayedAt(venueId)}`)
}

function isPlayedAt(venueId: string): SQL {
  return sql`events.id in (select event_id from performances where venue_id = ${venueId})`
}

/** The words of all venues of the statement's event. */
const venueWords = sql`(
  select coalesce(string_agg(venues.searchable::text, ' '), '')::tsvector from venues
  where venues.id in (select venue_id from performances where performances.event_id = events.id))`

/** Indexes rows that were indexed by an older rule or not at all, for example by an older version of the service. */
export async function indexSearch(ctx: BaseCtx): Promise<number> {
  const venueCount = await sweep<VenueRow>(ctx, {
    name: 'indexSearch.venues',
    due: (after) => ctx.db.select().from(venues).where(isDue(venues, after)).orderBy(asc(venues.id)).limit(sweepBatch),
    act: ({ id }) => inTransaction(ctx, (ctx) => indexVenue(ctx, id)),
  })
  const eventCount = await sweep<Pick<EventRow, 'id'>>(ctx, {
    name: 'indexSearch.events',
    due: (after) =>
      ctx.db
        .select({ id: events.id })
        .from(events)
        .where(isDue(events, after))
        .orderBy(asc(events.id))
        .limit(sweepBatch),
    act: ({ id }) => inTransaction(ctx, (ctx) => indexEvent(ctx, id)),
  })
  return venueCount + eventCount + (await indexRows(ctx, layouts, wordsOfLayout))
}

function isDue(table: typeof events | typeof venues, after: { id: string } | null): SQL | undefined {
  return and(lt(table.searchRule, searchRule), after ? gt(table.id, after.id) : undefined)
}

async function indexVenue(ctx: BaseCtx, id: string): Promise<boolean> {
  const [venue] = await ctx.db.select().from(venues).where(eq(venues.id, id)).for('update', { skipLocked: true })
  if (!venue || venue.searchRule >= searchRule) return false
  await ctx.db.update(venues).set(wordsOfVenue(venue)).where(eq(venues.id, id))
  await lockEventsOfVenue(ctx, id)
  await replaceVenueWords(ctx, id)
  return true
}

async function indexEvent(ctx: BaseCtx, id: string): Promise<boolean> {
  const [event] = await ctx.db.select().from(events).where(eq(events.id, id)).for('no key update', { skipLocked: true })
  if (!event || event.searchRule >= searchRule) return false
  const { searchable } = wordsOfEvent(event)
  await ctx.db
    .update(events)
    .set({ searchable: sql`${searchable}::tsvector || ${venueWords}`, searchRule })
    .where(eq(events.id, id))
  return true
}
