import { firstIdAt } from '@tikitu/kit/base/ids'
import { daysBefore, type PurgeRule } from '@tikitu/kit/messaging/purge'
import { sql } from 'drizzle-orm'

/** How long the steps of a message's delivery, and the message itself, are kept. */
const stepDays = 180
const messageDays = 730
/** How long after a performance its tickets can be mailed again. */
const ticketDays = 30

/**
 * What notification purges. The data of a message holds ticket codes and invitation secrets, so it is emptied after 90 days, and
 * that of tickets some time after their performance.
 */
export function purgeRules(now: Date): PurgeRule[] {
  const moment = sql`${now.toISOString()}::timestamptz`
  const isDue = sql`data_expires_at < ${moment} and status not in ('CREATED', 'SCHEDULED', 'QUEUED', 'SENDING', 'RETRY_WAIT')`
  const ticketsExpireAt = sql`(select starts_at + make_interval(days => ${ticketDays}) from performances performance
    where performance.performance_id = notifications.data -> 'showing' ->> 'performanceId')`
  return [
    {
      table: 'notifications',
      where: sql`${isDue} and kind = 'TICKETS_ISSUED' and ${ticketsExpireAt} > ${moment}`,
      set: sql`data_expires_at = ${ticketsExpireAt}`,
    },
    { table: 'notifications', where: isDue, set: sql`data = '{}', data_expires_at = null` },
    { table: 'notification_steps', where: sql`notification_id < ${firstIdAt('ntf', daysBefore(now, stepDays))}` },
    {
      table: 'notifications',
      where: sql`id < ${firstIdAt('ntf', daysBefore(now, messageDays))}
        and not exists (select from notification_steps step where step.notification_id = notifications.id)`,
    },
  ]
}
