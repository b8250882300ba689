import { daysBefore, type PurgeRule } from '@tikitu/kit/messaging/purge'
import { sql } from 'drizzle-orm'

/** Providers retry webhooks for days, not for months. */
const webhookDays = 90

/** Webhooks old enough to delete. Deferred ones, and those that became an issue, are kept. */
export function purgeRules(now: Date): PurgeRule[] {
  const before = daysBefore(now, webhookDays).toISOString()
  return [
    { table: 'webhook_events', where: sql`status = 'TAKEN' and received_at < ${before}::timestamptz` },
    { table: 'webhook_events', where: sql`status = 'UNMATCHED' and received_at < ${before}::timestamptz` },
  ]
}
