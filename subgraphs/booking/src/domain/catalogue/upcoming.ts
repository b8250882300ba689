import { type SQL, sql } from 'drizzle-orm'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'

/** The times that decide how long a performance is upcoming. */
export type Span = Pick<PerformanceRow, 'startsAt' | 'salesEndAt'> & Partial<Pick<PerformanceRow, 'endsAt'>>

/**
 * Until when a performance counts as upcoming, and can be found, sold and published: the latest of its start, its end and the end
 * of its sales.
 */
export function upcomingUntil({ startsAt, endsAt, salesEndAt }: Span): Date {
  return new Date(Math.max(startsAt.getTime(), endsAt?.getTime() ?? 0, salesEndAt.getTime()))
}

/** Whether a performance is upcoming at that time, for a statement that reads performances. A POSTPONED one is until it is cancelled. */
export function isUpcomingAt(now: Date): SQL {
  return sql`(performances.status <> 'CANCELLED' and not performances.is_draft and (performances.status = 'POSTPONED'
    or greatest(performances.starts_at, performances.ends_at, performances.sales_end_at) > ${now.toISOString()}))`
}
