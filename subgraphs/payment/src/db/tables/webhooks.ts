import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const moment = () => timestamp({ withTimezone: true })

/**
 * What providers told us, as they told it. The primary key is what makes each of their events take effect once. PARKED
 * events speak of something we do not know yet, and are tried again.
 */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    provider: text().notNull(),
    eventId: text().notNull(),
    type: text().notNull(),
    body: jsonb().notNull(),
    status: text({ enum: ['TAKEN', 'PARKED'] }).notNull(),
    receivedAt: moment().notNull(),
    takenAt: moment(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.eventId] }),
    index('webhook_events_parked').on(table.receivedAt).where(sql`status = 'PARKED'`),
  ],
)

export type WebhookEventRow = typeof webhookEvents.$inferSelect
