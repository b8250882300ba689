import type { Db } from '@tikitu/kit/postgres/database'
import { sql } from 'drizzle-orm'

/** Counts of a performance's bookings since it was cancelled. */
export interface EndedBookings {
  /** The performance. */
  id: string
  cancelled: number
  remaining: number
  /** Part of `remaining`. */
  failed: number
  startedAt: Date
  /** When the last of them ended; if none has, when the performance was cancelled. */
  lastEndedAt: Date
}

interface Row extends Record<string, unknown> {
  id: string
  cancelled: number
  remaining: number
  failed: number
  startedAt: string
  lastEndedAt: string
}

/** Counts the bookings of cancelled performances. Other performances are omitted. */
export async function countEndedBookings(db: Db, ids: readonly string[]): Promise<EndedBookings[]> {
  const { rows } = await db.execute<Row>(sql`
    /* booking.countEndedBookings */
    select id, count(*) filter (where is_open)::integer as remaining,
      count(*) filter (where is_open and failed_at is not null)::integer as failed,
      count(*) filter (where is_ended)::integer as cancelled,
      to_json(cancelled_at) #>> '{}' as "startedAt",
      to_json(greatest(cancelled_at, max(ended_at) filter (where is_ended))) #>> '{}' as "lastEndedAt"
    from (
      select performances.id, cancelled_at, ended_at, cancellation_failed_at as failed_at,
        bookings.status in ('AWAITING_PAYMENT', 'CONFIRMED', 'PARTIALLY_CANCELLED', 'NEEDS_REVIEW') as is_open,
        bookings.status in ('CANCELLED', 'EXPIRED', 'FAILED') and ended_at >= cancelled_at as is_ended
      from performances left join bookings on bookings.performance_id = performances.id
      where performances.id in (select json_array_elements_text(${JSON.stringify(ids)}::json)) and cancelled_at is not null
    ) as each group by id, cancelled_at`)
  return rows.map((row) => ({ ...row, startedAt: new Date(row.startedAt), lastEndedAt: new Date(row.lastEndedAt) }))
}
