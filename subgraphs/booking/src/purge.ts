import { daysBefore, type PurgeRule } from '@tikitu/kit/messaging/purge'
import { sql } from 'drizzle-orm'

/** How long a hold that came to nothing is kept. */
const holdDays = 30

/** What booking purges: holds that were released or expired. Those that became bookings stay. */
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
