import type { Db } from '@tikitu/kit/postgres/database'
import { groupLoaderOf } from '@tikitu/kit/postgres/loader'
import { keyset, type Page } from '@tikitu/kit/postgres/pagination'
import { and, sql } from 'drizzle-orm'
import { type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { isUpcomingAt } from './upcoming.ts'

/** Which performances of an event are on a page, earliest first. */
export interface PerformanceSelection {
  page: Page
  /** Only those that are running, upcoming or postponed. */
  upcoming: boolean
  drafts: boolean
}

/** What orders the performances of an event. */
export const performanceOrder = [performances.startsAt, performances.id] as const

type PageKey = readonly [eventId: string, selection: PerformanceSelection]

/** The loader's key for a page of an event's performances. */
export function performancePageKey(...key: PageKey): string {
  return JSON.stringify(key)
}

/** Loads pages of performances with one row too many: one statement for all events of which the same page is wanted. */
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
  const [, selection] = wanted[0] as PageKey
  const { page, upcoming, drafts } = selection
  const { where, orderBy } = keyset(page, performanceOrder, 'asc')
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
  return rows.map((performance) => ({ pageKey: performancePageKey(performance.eventId, selection), performance }))
}
