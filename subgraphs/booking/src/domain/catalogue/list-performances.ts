import type { Db } from '@tikitu/kit/postgres/database'
import { groupLoaderOf } from '@tikitu/kit/postgres/loader'
import {
  type Connection,
  keyset,
  type Page,
  type PageArgs,
  readPage,
  toConnection,
} from '@tikitu/kit/postgres/pagination'
import { and, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { maySeeDrafts } from './get-event.ts'
import { isUpcomingAt } from './upcoming.ts'

/** Which performances of an event: those that are running, upcoming or postponed, or all that the caller may see. */
export interface ListPerformancesInput extends PageArgs {
  upcoming: boolean
}

/** A page of an event's performances, earliest first. Drafts are listed for members of the partner and staff. @throws {InvalidInput} */
export async function listPerformances(
  ctx: Ctx,
  { id, partnerId }: EventRow,
  { upcoming, ...args }: ListPerformancesInput,
): Promise<Connection<PerformanceRow>> {
  const page = readPage(args)
  const drafts = !upcoming && (await maySeeDrafts(ctx, partnerId))
  const rows = await ctx.load.performancePage.load(keyOf(id, { page, upcoming, drafts }))
  const listed = rows.map(({ performance }) => performance)
  return toConnection(listed, page, (row) => [row.startsAt.toISOString(), row.id])
}

interface Selection {
  page: Page
  upcoming: boolean
  drafts: boolean
}

type PageKey = readonly [eventId: string, selection: Selection]

function keyOf(...key: PageKey): string {
  return JSON.stringify(key)
}

/** Loads pages of performances: one statement for all events of which the same page is wanted. */
export function performancePages({ db, now }: { db: Db; now: () => Date }) {
  return groupLoaderOf<{ pageKey: string; performance: PerformanceRow }>(
    async (keys) => {
      const wanted = keys.map((key) => JSON.parse(key) as PageKey)
      const groups = Map.groupBy(wanted, ([, selection]) => JSON.stringify(selection))
      const read = [...groups.values()].map((group) => readPages(db, group, now()))
      return (await Promise.all(read)).flat()
    },
    (row) => row.pageKey,
  )
}

async function readPages(db: Db, wanted: readonly PageKey[], now: Date) {
  const [, { page, upcoming, drafts }] = wanted[0] as PageKey
  const { where, orderBy } = keyset(page, [performances.startsAt, performances.id], 'asc')
  const isWanted = and(
    sql`performances.event_id = wanted.id`,
    upcoming ? isUpcomingAt(now) : undefined,
    drafts ? undefined : sql`not performances.is_draft`,
    where,
  )
  const rows = await db
    .select()
    .from(performances)
    .where(sql`${performances.id} in (
      select page.id from unnest(${sql.param(wanted.map(([id]) => id))}::text[]) as wanted(id)
      cross join lateral (
        select performances.id from performances where ${isWanted}
        order by ${sql.join(orderBy, sql`, `)} limit ${page.limit + 1}
      ) as page)`)
    .orderBy(...orderBy)
  return rows.map((row) => ({ pageKey: keyOf(row.eventId, { page, upcoming, drafts }), performance: row }))
}
