import { enumChecks, minor, moment } from '@tikitu/kit/postgres/columns'
import { index, integer, jsonb, pgSchema, text } from 'drizzle-orm/pg-core'

/** The sandbox's own schema. No table of ours refers to it: it stands for another company's database. */
export const sandbox = pgSchema('sandbox')

/** An amount that a merchant wants to collect. The unique order makes it collected once. */
export const sandboxIntents = sandbox.table(
  'intents',
  {
    id: text().primaryKey(),
    /** The merchant's own id. */
    orderId: text().notNull().unique(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    status: text({ enum: ['CREATED', 'REQUIRES_ACTION', 'PROCESSING', 'FAILED', 'CAPTURED', 'CANCELLED'] }).notNull(),
    method: text(),
    /** The merchant's id of the latest attempt. */
    attemptId: text(),
    failureCode: text(),
    /** How often the amount was captured; one card captures it twice. */
    captures: integer().notNull().default(1),
    /** The secret in the URL of the open 3-D Secure page. */
    challenge: text().unique(),
    /** The secret of the page that was answered last: opening it again redirects as well. */
    answeredChallenge: text().unique(),
    /** The merchant's return URL of the latest attempt. */
    returnUrl: text(),
    updatedAt: moment().notNull(),
  },
  (table) => enumChecks(table),
)

/** Attempts received. The primary key makes a repeated request the same attempt. */
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

/** Refunds. The primary key is the merchant's, so a repeated request is the same refund. */
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

/** The webhook bodies sent to merchants. */
export const sandboxEvents = sandbox.table('events', {
  id: text().primaryKey(),
  body: jsonb().notNull(),
  createdAt: moment().notNull(),
})

export type SandboxIntentRow = typeof sandboxIntents.$inferSelect
export type SandboxRefundRow = typeof sandboxRefunds.$inferSelect
