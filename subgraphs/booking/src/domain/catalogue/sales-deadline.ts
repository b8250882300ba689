import { configuredNumber } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { type SQL, sql } from 'drizzle-orm'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'

const graceKey = 'booking.salesGraceMinutes'

/** When a performance is over: at its beginning, where no end is known. Nothing is sold or paid beyond that. */
export function endOf({ endsAt, startsAt }: Pick<PerformanceRow, 'endsAt' | 'startsAt'>): Date {
  return endsAt ?? startsAt
}

/** The same, for a statement that reads performances. */
export function endOfPerformance(): SQL {
  return sql`coalesce(performances.ends_at, performances.starts_at)`
}

/**
 * Until when what was held in time can be booked and paid: the end of sales and some minutes more, and never beyond the end
 * of the performance. For a statement that reads performances.
 */
export function lastMoment(): SQL {
  const { fallback } = configKeys[graceKey]
  const grace = configuredNumber({ key: graceKey, scopes: [sql`performances.partner_id`], fallback })
  return sql`least(performances.sales_end_at + make_interval(mins => ${grace}), ${endOfPerformance()})`
}

/** The earlier of two moments. */
export function earlier(one: Date, other: Date): Date {
  return one < other ? one : other
}
