import { enumChecks, minor, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { check, date, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { payments } from './payments.ts'

export const issueKinds = [
  'CAPTURE_MISMATCH',
  'DUPLICATE_CAPTURE',
  'UNCONFIRMED_CAPTURE',
  'UNMATCHED_REPORT',
  'OUTCOME_UNKNOWN',
  'REFUND_FAILED',
  'REFUND_MISMATCH',
  'LEDGER_MISMATCH',
] as const

export const issueStatuses = ['OPEN', 'AWAITING_APPROVAL', 'IN_PROGRESS', 'RESOLVED'] as const

export const issueActions = [
  'ACCEPT',
  'REFUND',
  'RETRY',
  'RECORD_TRANSFER',
  'REVERSE_TRANSFER',
  'CLOSE',
  'APPROVE',
  'REJECT',
] as const

export const issueResolutions = ['ACCEPTED', 'REFUNDED', 'TRANSFERRED', 'SETTLED', 'CLOSED'] as const

export type IssueAction = (typeof issueActions)[number]

/** An action on an issue that staff ordered. */
export interface IssueOrder {
  action: IssueAction
  note: string
  /** Only for bank transfers. */
  transfer?: { reference: string; sentOn: string }
}

/** An order that awaits a second person's approval. */
export interface IssueRequest extends IssueOrder {
  requestedBy: string
  requestedAt: string
}

/**
 * A discrepancy that staff must resolve. The unique key makes each cause one issue; a check keeps an issue unresolved while
 * it holds money on SUSPENSE.
 */
export const paymentIssues = pgTable(
  'payment_issues',
  {
    id: text().primaryKey(),
    /** What it is about: `refund:rfd_…`, `outcome:pay_…`, … */
    key: text().notNull().unique(),
    kind: text({ enum: issueKinds }).notNull(),
    status: text({ enum: issueStatuses }).notNull(),
    /** Null when the payment is unknown. */
    paymentId: text().references(() => payments.id),
    /** The refund that failed, or that returns the money in question. */
    refundId: text(),
    /** The webhook about something unknown. */
    webhookId: text(),
    provider: text().notNull(),
    partnerId: text(),
    userId: text(),
    /** The amount in question, as lists and figures count it. */
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    expectedMinor: minor(),
    expectedCurrency: text(),
    receivedMinor: minor(),
    receivedCurrency: text(),
    /** The amount held on SUSPENSE, in `currency`: positive is owed, negative is lost. */
    suspenseMinor: minor().notNull().default(0),
    /** The order that awaits approval. */
    request: jsonb().$type<IssueRequest>(),
    resolution: text({ enum: issueResolutions }),
    /** The bank's reference and the date of the bank transfer that resolved it. */
    transferReference: text(),
    transferredOn: date({ mode: 'string' }),
    version: integer().notNull().default(1),
    openedAt: moment().notNull(),
    resolvedAt: moment(),
  },
  (table) => [
    ...enumChecks(table),
    index('payment_issues_queue').on(table.status, table.kind, table.currency, table.openedAt, table.id),
    index('payment_issues_payment').on(table.paymentId, table.openedAt),
    check('payment_issues_amount', sql`${table.amountMinor} >= 0`),
    check('payment_issues_resolved', sql`(${table.status} = 'RESOLVED') = (${table.resolution} is not null)`),
    check('payment_issues_suspense', sql`${table.status} <> 'RESOLVED' or ${table.suspenseMinor} = 0`),
    check('payment_issues_request', sql`(${table.status} = 'AWAITING_APPROVAL') = (${table.request} is not null)`),
  ],
)

/** The history of an issue. */
export const paymentIssueSteps = pgTable(
  'payment_issue_steps',
  {
    issueId: text()
      .notNull()
      .references(() => paymentIssues.id),
    version: integer().notNull(),
    /** `OPENED`, `RETRY`, `REFUND_FAILED`, … */
    step: text().notNull(),
    status: text({ enum: issueStatuses }).notNull(),
    /** A user id or `service:payment`. */
    actor: text().notNull(),
    note: text(),
    at: moment().notNull(),
  },
  (table) => [...enumChecks(table), primaryKey({ columns: [table.issueId, table.version] })],
)

/**
 * Captures reported by the provider, each distinct amount once. The primary key makes a repeated report count once; another
 * attempt is another capture, another amount of the same attempt a correction.
 */
export const paymentCaptures = pgTable(
  'payment_captures',
  {
    paymentId: text()
      .notNull()
      .references(() => payments.id),
    /** The attempt; empty until a report names one. */
    attemptKey: text().notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    at: moment().notNull(),
    /** The issue that it caused; null when the amount was due. */
    issueId: text(),
    recordedAt: moment().notNull(),
  },
  (table) => [primaryKey({ columns: [table.paymentId, table.attemptKey, table.amountMinor, table.currency] })],
)

/** Refund outcomes reported by the provider. The primary key makes a repeated report change nothing. */
export const refundReports = pgTable(
  'refund_reports',
  {
    refundId: text().notNull(),
    attempt: integer().notNull(),
    outcome: text({ enum: ['SUCCEEDED', 'FAILED'] }).notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    at: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    primaryKey({
      columns: [table.refundId, table.attempt, table.outcome, table.amountMinor, table.currency, table.at],
    }),
  ],
)

export type IssueRow = typeof paymentIssues.$inferSelect
export type IssueStepRow = typeof paymentIssueSteps.$inferSelect
export type CaptureRow = typeof paymentCaptures.$inferSelect
