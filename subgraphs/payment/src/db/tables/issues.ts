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

/** What a member of the staff wants done about an issue. */
export interface IssueOrder {
  action: IssueAction
  note: string
  /** Of a bank transfer. */
  transfer?: { reference: string; sentOn: string }
}

/** An order that waits for a second person. */
export interface IssueRequest extends IssueOrder {
  requestedBy: string
  requestedAt: string
}

/**
 * Money that is stuck. The unique key is what makes each cause one issue; the check is what lets none be resolved while money
 * of it stands on SUSPENSE.
 */
export const paymentIssues = pgTable(
  'payment_issues',
  {
    id: text().primaryKey(),
    /** What it is about: `refund:rfd_…`, `outcome:pay_…`, … */
    key: text().notNull().unique(),
    kind: text({ enum: issueKinds }).notNull(),
    status: text({ enum: issueStatuses }).notNull(),
    /** Null where nobody knows whose payment it is. */
    paymentId: text().references(() => payments.id),
    /** The refund that failed, or that gives back what is stuck. */
    refundId: text(),
    /** The webhook that speaks of something unknown. */
    webhookId: text(),
    provider: text().notNull(),
    partnerId: text(),
    userId: text(),
    /** How much is at stake: what lists and figures count. */
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    expectedMinor: minor(),
    expectedCurrency: text(),
    receivedMinor: minor(),
    receivedCurrency: text(),
    /** What stands on SUSPENSE for it, in `currency`: above zero it is somebody else's, below zero it is gone. */
    suspenseMinor: minor().notNull().default(0),
    /** What waits for a second person. */
    request: jsonb().$type<IssueRequest>(),
    resolution: text({ enum: issueResolutions }),
    /** Of a bank transfer that ended it: what the bank calls it, and the day on which it was sent. */
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

/** What happened to an issue, step by step. */
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
    /** A person's id, or `service:payment`. */
    actor: text().notNull(),
    note: text(),
    at: moment().notNull(),
  },
  (table) => [...enumChecks(table), primaryKey({ columns: [table.issueId, table.version] })],
)

/**
 * Captures of a payment as the provider reported them, each distinct amount once. The primary key is what counts a report
 * once; another attempt is another capture, and another amount of the same attempt is a correction.
 */
export const paymentCaptures = pgTable(
  'payment_captures',
  {
    paymentId: text()
      .notNull()
      .references(() => payments.id),
    /** The attempt that it speaks of; empty while a report named none. */
    attemptKey: text().notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    at: moment().notNull(),
    /** The issue that it made; null for what was due. */
    issueId: text(),
    recordedAt: moment().notNull(),
  },
  (table) => [primaryKey({ columns: [table.paymentId, table.attemptKey, table.amountMinor, table.currency] })],
)

/** How refunds ended, as the provider reported it. The primary key is what lets a repeated report change nothing. */
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
