import { daysBefore, type PurgeRule } from '@tikitu/kit/messaging/purge'
import { sql } from 'drizzle-orm'

/** Providers repeat their webhooks for days. What is this old comes no more. */
const webhookDays = 90

/** What payment forgets: webhooks that no longer come again. One that waits, or became an issue, is kept. */
export function purgeRules(now: Date): PurgeRule[] {
  const before = daysBefore(now, webhookDays).toISOString()
  return [
    { table: 'webhook_events', where: sql`status = 'TAKEN' and received_at < ${before}::timestamptz` },
    { table: 'webhook_events', where: sql`status = 'UNMATCHED' and received_at < ${before}::timestamptz` },
  ]
}
