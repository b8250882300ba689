import { configuredNumber } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { type SQL, sql } from 'drizzle-orm'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'

const graceKey = 'booking.salesGraceMinutes'

/** The end of a performance; if unknown, its start. Nothing is sold or paid after it. */
export function endOf({ endsAt, startsAt }: Pick<PerformanceRow, 'endsAt' | 'startsAt'>): Date {
  return endsAt ?? startsAt
}

/** The same rule, for a statement that reads performances. */
export function endOfPerformance(): SQL {
  return sql`coalesce(performances.ends_at, performances.starts_at)`
}

/**
 * Deadline for booking and paying seats that were held in time: a grace period after the end of sales, and never past the end of
 * the performance. For a statement that reads performances.
 */
export function lastMoment(): SQL {
  const { fallback } = configKeys[graceKey]
  const grace = configuredNumber({ key: graceKey, scopes: [sql`performances.partner_id`], fallback })
  return sql`least(performances.sales_end_at + make_interval(mins => ${grace}), ${endOfPerformance()})`
}

/** The earlier of two dates. */
export function earlier(one: Date, other: Date): Date {
  return one < other ? one : other
}
