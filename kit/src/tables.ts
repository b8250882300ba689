import { index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Events this service has taken in. The primary key is what makes each take effect once. */
export const inboxEvents = pgTable('inbox_events', {
  eventId: text().primaryKey(),
  type: text().notNull(),
  receivedAt: timestamp({ withTimezone: true }).notNull(),
})

/** Mutations done under an idempotency key. The primary key is what makes a repeated request the same request. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    callerId: text().notNull(),
    operation: text().notNull(),
    key: text().notNull(),
    inputHash: text().notNull(),
    result: jsonb(),
    createdAt: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.callerId, table.operation, table.key] }),
    index('idempotency_keys_created_at').on(table.createdAt),
  ],
)
