import { daysBefore, type PurgeRule } from '@tikitu/kit/messaging/purge'
import { sql } from 'drizzle-orm'

/** Retention of holds that did not become bookings. */
const holdDays = 30

/** Purges holds that were released or expired. Holds that became bookings stay. */
export function purgeRules(now: Date): PurgeRule[] {
  return [
    {
      table: 'holds',
      where: sql`status in ('RELEASED', 'EXPIRED') and ended_at < ${daysBefore(now, holdDays).toISOString()}::timestamptz
        and not exists (select from bookings where bookings.hold_id = holds.id)
        and not exists (select from places where places.hold_id = holds.id)`,
    },
  ]
}
