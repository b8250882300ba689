import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/**
 * Webhooks of providers, stored as received. The primary key applies each event once. PARKED events are about something
 * unknown and are tried again; UNMATCHED ones never found it, and moved no money.
 */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    provider: text().notNull(),
    eventId: text().notNull(),
    type: text().notNull(),
    body: jsonb().notNull(),
    status: text({ enum: ['TAKEN', 'PARKED', 'UNMATCHED'] }).notNull(),
    receivedAt: moment().notNull(),
    takenAt: moment(),
    /** The issue that was opened when it stayed unmatched for too long. */
    issueId: text(),
  },
  (table) => [
    ...enumChecks(table),
    primaryKey({ columns: [table.provider, table.eventId] }),
    index('webhook_events_parked').on(table.receivedAt).where(sql`status = 'PARKED' and issue_id is null`),
    index('webhook_events_taken').on(table.receivedAt).where(sql`status = 'TAKEN'`),
  ],
)

export type WebhookEventRow = typeof webhookEvents.$inferSelect
