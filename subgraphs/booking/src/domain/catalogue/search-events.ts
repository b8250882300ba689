import { InvalidInput } from '@tikitu/kit/base/errors'
import { type Connection, type Page, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { EventRow } from '../../db/tables/catalogue.ts'
import {
  type EventFilter,
  eventMatches,
  narrowsPerformances,
  performanceMatches,
  type TextQuery,
  textQueryOf,
} from './event-filter.ts'
import { isNextStartKnownAt, orderedStart } from './next-start.ts'

export type EventSort = 'SOONEST' | 'NEWEST' | 'RELEVANCE'

export interface SearchEventsInput extends PageArgs {
  filter?: EventFilter | null
  sort: EventSort
}

interface Hit {
  id: string
  /** The sort key before the id: a time in milliseconds, or a rank. */
  place: number
}

/**
 * Published events of partners who may sell, with an upcoming performance that matches the filter. Each event is listed once, ordered
 * by its next such performance, its publication or its relevance.
 * @throws {InvalidInput}
 */
export async function searchEvents(ctx: Ctx, input: SearchEventsInput): Promise<Connection<EventRow>> {
  const page = readPage(input)
  const filter = input.filter ?? {}
  const text = filter.text ? textQueryOf(filter.text) : null
  if (filter.text && !text) return toConnection<EventRow>([], page, () => [])
  const sort = input.sort === 'RELEVANCE' && !text ? 'SOONEST' : input.sort
  const hits = await find(ctx, { filter, text, sort, page })
  const events = await ctx.load.event.loadMany(hits.map((hit) => hit.id))
  const places = new Map(hits.map((hit) => [hit.id, hit.place]))
  const rows = events.filter((row): row is EventRow => row !== null && !(row instanceof Error))
  return toConnection(rows, page, (row) => [places.get(row.id) ?? 0, row.id])
}

interface Search {
  filter: EventFilter
  text: TextQuery | null
  sort: EventSort
  page: Page
}

async function find(ctx: Ctx, search: Search): Promise<Hit[]> {
  const direction = isAscending(search) ? sql`asc` : sql`desc`
  const limited = sql`order by place ${direction}, id ${direction} limit ${search.page.limit + 1}`
  const now = ctx.now()
  // Conditions on performances need a search by performance, as the next one of an event may not match.
  const sources = narrowsPerformances(search.filter, search.text)
    ? [byPerformances(search, now, sql`(events.next_starts_at is not null or not ${isNextStartKnownAt(now)})`)]
    : [byNextStart(search, now), byPerformances(search, now, sql`not ${isNextStartKnownAt(now)}`)]
  const { rows } = await ctx.db.execute<{ id: string; place: string }>(sql`
    /* booking.searchEvents */
    select id, ${shown(search.sort)} as place from (
      ${sql.join(
        sources.map(
          (source) => sql`(select id, place from (${source}) as hits where ${beyondCursor(search)} ${limited})`,
        ),
        sql` union all `,
      )}
    ) as hits ${limited}`)
  return rows.map((row) => ({ id: row.id, place: Number(row.place) }))
}

/** Events by their stored next start, in index order, so only the page is read. */
function byNextStart({ filter, text, sort }: Search, now: Date): SQL {
  const place = sort === 'NEWEST' ? sql`events.published_at` : sql`events.next_starts_at`
  return sql`select events.id, ${place} as place
    from events join partners on partners.id = events.partner_id and partners.may_sell
    where events.status = 'PUBLISHED' and events.next_starts_at is not null and ${isNextStartKnownAt(now)}
      and ${eventMatches(filter, text)}`
}

/** Events by their next matching performance. Reads every matching event. */
function byPerformances({ filter, text, sort }: Search, now: Date, isAsked: SQL): SQL {
  return sql`select events.id, ${placeBy(sort, text)} as place
    from events join partners on partners.id = events.partner_id and partners.may_sell
    cross join lateral (
      select min(${orderedStart}) as starts_at from performances
      where performances.event_id = events.id and ${performanceMatches(filter, text, now)}
    ) as next
    where events.status = 'PUBLISHED' and ${isAsked} and next.starts_at is not null and ${eventMatches(filter, text)}`
}

/** Rounded, so that a rank survives the round trip through a cursor. */
function placeBy(sort: EventSort, text: TextQuery | null): SQL {
  if (sort === 'NEWEST') return sql`events.published_at`
  if (sort === 'RELEVANCE' && text) return sql`round(ts_rank(events.searchable, ${text.anywhere}::tsquery)::numeric, 6)`
  return sql`next.starts_at`
}

/** The sort key as a cursor stores it: a time in milliseconds, or a rank. */
function shown(sort: EventSort): SQL {
  return sort === 'RELEVANCE' ? sql`place` : sql`(extract(epoch from place) * 1000)::bigint`
}

/** The order in which the page is read: of one that is read backwards, the reverse of its list. */
function isAscending({ page, sort }: Search): boolean {
  return (sort === 'SOONEST') !== page.isBackward
}

function beyondCursor(search: Search): SQL {
  const { cursor, isBackward } = search.page
  if (!cursor) return sql`true`
  const [place, id] = cursor
  if (cursor.length !== 2 || typeof place !== 'number' || typeof id !== 'string' || !isPlace(place)) {
    const field = isBackward ? 'before' : 'after'
    throw new InvalidInput([{ field, message: 'is not a valid cursor for this list' }])
  }
  const last =
    search.sort === 'RELEVANCE'
      ? sql`(${String(place)}::numeric, ${id})`
      : sql`(${new Date(place).toISOString()}::timestamptz, ${id})`
  return isAscending(search) ? sql`(place, id) > ${last}` : sql`(place, id) < ${last}`
}

/** Whether it is a moment that both JavaScript and Postgres can read; each rank is one, too. */
function isPlace(place: number): boolean {
  const moment = new Date(place)
  return !Number.isNaN(moment.getTime()) && /^[1-9]\d{3}-/.test(moment.toISOString())
}
