import { InvalidInput } from '@tikitu/kit/base/errors'
import { type Connection, type Page, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { EventRow } from '../../db/tables/catalogue.ts'
import { type EventFilter, eventMatches, performanceMatches, type TextQuery, textQueryOf } from './event-filter.ts'

export type EventSort = 'SOONEST' | 'NEWEST' | 'RELEVANCE'

export interface SearchEventsInput extends PageArgs {
  filter?: EventFilter | null
  sort: EventSort
}

interface Hit {
  id: string
  /** What the list is ordered by, before the id: a moment in milliseconds, or a rank. */
  place: number
}

/**
 * Published events of partners who may sell, that have a performance to come which fits the filter. Each is in the list once,
 * placed by its next such performance, by when it was published, or by how well it matches the text.
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

/** Where events stand whose performances are all postponed: after those that have a date. */
const dateless = '9999-12-31T00:00:00Z'

interface Search {
  filter: EventFilter
  text: TextQuery | null
  sort: EventSort
  page: Page
}

async function find(ctx: Ctx, { filter, text, sort, page }: Search): Promise<Hit[]> {
  const place = placeBy(sort, text)
  const isUp = sort === 'SOONEST'
  const direction = isUp ? sql`asc` : sql`desc`
  const { rows } = await ctx.db.execute<{ id: string; place: string }>(sql`
    /* booking.searchEvents */
    select id, place from (
      select events.id, ${place} as place
      from events join partners on partners.id = events.partner_id and partners.may_sell
      cross join lateral (
        select min(case performances.status when 'POSTPONED' then ${dateless}::timestamptz else performances.starts_at end)
          as starts_at from performances
        where performances.event_id = events.id and ${performanceMatches(filter, text, ctx.now())}
      ) as next
      where events.status = 'PUBLISHED' and next.starts_at is not null and ${eventMatches(filter, text)}
    ) as hits
    where ${afterHit(page, isUp)}
    order by place ${direction}, id ${direction} limit ${page.limit + 1}`)
  return rows.map((row) => ({ id: row.id, place: Number(row.place) }))
}

/** Rounded, so that a rank in a cursor is the rank in the table again. */
function placeBy(sort: EventSort, text: TextQuery | null): SQL {
  if (sort === 'NEWEST') return sql`(extract(epoch from events.published_at) * 1000)::bigint`
  if (sort === 'RELEVANCE' && text) return sql`round(ts_rank(events.searchable, ${text.anywhere}::tsquery)::numeric, 6)`
  return sql`(extract(epoch from next.starts_at) * 1000)::bigint`
}

function afterHit(page: Page, isUp: boolean): SQL {
  if (!page.after) return sql`true`
  const [place, id] = page.after
  if (page.after.length !== 2 || typeof place !== 'number' || typeof id !== 'string') {
    throw new InvalidInput([{ field: 'after', message: 'is not a cursor of this list' }])
  }
  const last = sql`(${String(place)}::numeric, ${id})`
  return isUp ? sql`(place::numeric, id) > ${last}` : sql`(place::numeric, id) < ${last}`
}
