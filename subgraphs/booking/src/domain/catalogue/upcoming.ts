import { type SQL, sql } from 'drizzle-orm'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'

/** The moments that decide until when a performance is to come. */
export type Span = Pick<PerformanceRow, 'startsAt' | 'salesEndAt'> & Partial<Pick<PerformanceRow, 'endsAt'>>

/**
 * Until when a performance is found, sold, made and published: its end, or the end of its sales where that is later; its
 * beginning where neither is after it.
 */
export function isToComeUntil({ startsAt, endsAt, salesEndAt }: Span): Date {
  return new Date(Math.max(startsAt.getTime(), endsAt?.getTime() ?? 0, salesEndAt.getTime()))
}

/** Whether it is to come at that moment. One that is POSTPONED has no date, so it is until it is cancelled. */
export function isToCome(performance: Span & Pick<PerformanceRow, 'status' | 'isDraft'>, now: Date): boolean {
  if (performance.status === 'CANCELLED' || performance.isDraft) return false
  return performance.status === 'POSTPONED' || isToComeUntil(performance) > now
}

/** The same rule for a statement that reads performances. */
export function isToComeAt(now: Date): SQL {
  return sql`(performances.status <> 'CANCELLED' and not performances.is_draft and (performances.status = 'POSTPONED'
    or greatest(performances.starts_at, performances.ends_at, performances.sales_end_at) > ${now.toISOString()}))`
}
