import { enumChecks, minor, moment } from '@tikitu/kit/postgres/columns'
import { index, integer, jsonb, pgSchema, text } from 'drizzle-orm/pg-core'

/** The sandbox's own books. Nothing of ours refers to them: they stand for another company's database. */
export const sandbox = pgSchema('sandbox')

/** A sum that a merchant wants to collect. The unique order is what collects it once. */
export const sandboxIntents = sandbox.table(
  'intents',
  {
    id: text().primaryKey(),
    /** The merchant's own id for it. */
    orderId: text().notNull().unique(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    status: text({ enum: ['CREATED', 'REQUIRES_ACTION', 'PROCESSING', 'FAILED', 'CAPTURED', 'CANCELLED'] }).notNull(),
    method: text(),
    /** The merchant's id for the latest try. */
    attemptId: text(),
    failureCode: text(),
    /** How often the sum was captured: by one card it is once too often. */
    captures: integer().notNull().default(1),
    /** The secret in the address of the open 3-D Secure page. */
    challenge: text().unique(),
    /** The secret of the page that was answered last: whoever opens it again is sent back as well. */
    answeredChallenge: text().unique(),
    /** Where the merchant wants customers back after the latest try. */
    returnUrl: text(),
    updatedAt: moment().notNull(),
  },
  (table) => enumChecks(table),
)

/** Tries that were taken in. The primary key is what makes a repeated request the same request. */
export const sandboxConfirmations = sandbox.table(
  'confirmations',
  {
    attemptId: text().primaryKey(),
    intentId: text()
      .notNull()
      .references(() => sandboxIntents.id),
  },
  (table) => [index('confirmations_intent').on(table.intentId)],
)

/** Money on its way back. The primary key is the merchant's, so a repeated request is the same refund. */
export const sandboxRefunds = sandbox.table(
  'refunds',
  {
    refundId: text().primaryKey(),
    intentId: text()
      .notNull()
      .references(() => sandboxIntents.id),
    amountMinor: minor().notNull(),
    status: text({ enum: ['PENDING', 'SUCCEEDED', 'FAILED'] }).notNull(),
    failureCode: text(),
    updatedAt: moment().notNull(),
  },
  (table) => [...enumChecks(table), index('refunds_intent').on(table.intentId)],
)

/** What merchants are told by webhook, word for word. */
export const sandboxEvents = sandbox.table('events', {
  id: text().primaryKey(),
  body: jsonb().notNull(),
  createdAt: moment().notNull(),
})

export type SandboxIntentRow = typeof sandboxIntents.$inferSelect
export type SandboxRefundRow = typeof sandboxRefunds.$inferSelect
