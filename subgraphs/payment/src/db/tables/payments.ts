import { enumChecks, minor, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { boolean, check, date, index, integer, jsonb, pgTable, text, timestamp, unique } from 'drizzle-orm/pg-core'

/**
 * A customer's payment for one booking. The unique booking makes a second start the same payment; a check keeps refunds
 * within the captured amount.
 */
export const payments = pgTable(
  'payments',
  {
    id: text().primaryKey(),
    bookingId: text().notNull().unique(),
    /** The booking reference: `K7QM-2F9D`. */
    reference: text().notNull(),
    userId: text().notNull(),
    partnerId: text().notNull(),
    eventTitle: text().notNull(),
    /** The signed quote of the payment, as evidence of what was agreed. */
    quote: text().notNull(),
    provider: text().notNull(),
    amountMinor: minor().notNull(),
    /** The platform's booking fees within the amount. */
    feesMinor: minor().notNull(),
    taxMinor: minor().notNull(),
    /** The tax within the fees. */
    feesTaxMinor: minor().notNull().default(0),
    /** Whether its tax is posted to separate accounts; false for older payments. */
    splitsTax: boolean().notNull().default(false),
    currency: text().notNull(),
    /** The state reduced from the provider's reports. EXPIRED follows from the time and is never stored. */
    status: text({
      enum: ['REQUIRES_METHOD', 'REQUIRES_ACTION', 'PROCESSING', 'CAPTURED', 'CANCELLED', 'NEEDS_REVIEW'],
    }).notNull(),
    capturedMinor: minor().notNull().default(0),
    /** The platform's commission within the captured amount, fixed at capture. */
    commissionMinor: minor().notNull().default(0),
    /**
     * Refunds completed or still owed, failed ones that wait for another way included: money that cannot be promised again.
     */
    refundReservedMinor: minor().notNull().default(0),
    /** Completed refunds. */
    refundedMinor: minor().notNull().default(0),
    /** Amounts debited from the parties: completed refunds, and what is set aside for failed ones. */
    debitedMinor: minor().notNull().default(0),
    /** The debited part that was for tickets: the platform bears its share of this, but none of goodwill. */
    refundedForTicketsMinor: minor().notNull().default(0),
    /** The booking's cancellation fees, as booking last reported them: later cancellations do not refund them. */
    keptFeesMinor: minor().notNull().default(0),
    /** The number of unresolved issues. */
    openIssues: integer().notNull().default(0),
    /** Why it is in review; null when it is not. REFUND_MISMATCH occurs in old rows only. */
    reviewReason: text({ enum: ['CAPTURE_MISMATCH', 'REFUND_MISMATCH'] }),
    /** The captured amount reported by the provider when it differs from the amount due. */
    reviewAmountMinor: minor(),
    reviewCurrency: text(),
    /** The deadline for paying: the quote's expiry. */
    expiresAt: moment().notNull(),
    createdAt: moment().notNull(),
    capturedAt: moment(),
    /** When the booking expired. No attempt may start after that. */
    closingAt: moment(),
    /** When booking confirmed or rejected the captured payment. */
    answeredAt: moment(),
    /** When it was last reconciled as stale. */
    askedAt: moment(),
  },
  (table) => [
    ...enumChecks(table),
    index('payments_user').on(table.userId, table.id),
    index('payments_partner').on(table.partnerId, table.id),
    index('payments_open')
      .on(sql`coalesce(asked_at, created_at)`, table.id)
      .where(sql`status in ('PROCESSING', 'REQUIRES_ACTION')`),
    index('payments_unanswered')
      .on(sql`coalesce(asked_at, captured_at)`, table.id)
      .where(sql`captured_at is not null and answered_at is null`),
    index('payments_in_review').on(table.id).where(sql`review_reason is not null and open_issues = 0`),
    check('payments_amount', sql`${table.amountMinor} > 0 and ${table.feesMinor} between 0 and ${table.amountMinor}`),
    check('payments_captured', sql`${table.capturedMinor} between 0 and ${table.amountMinor}`),
    check(
      'payments_debited',
      sql`0 <= ${table.refundedForTicketsMinor} and ${table.refundedForTicketsMinor} <= ${table.debitedMinor} and ${table.debitedMinor} <= ${table.capturedMinor}`,
    ),
    check(
      'payments_refunds',
      sql`0 <= ${table.refundedMinor} and ${table.refundedMinor} <= ${table.refundReservedMinor} and ${table.refundReservedMinor} <= ${table.capturedMinor}`,
    ),
  ],
)

/** One attempt to pay with one payment method. Written before the provider is called, so that no call is ever lost. */
export const paymentAttempts = pgTable(
  'payment_attempts',
  {
    id: text().primaryKey(),
    paymentId: text()
      .notNull()
      .references(() => payments.id),
    sequence: integer().notNull(),
    /** The provider's token for the payment method. Card numbers never reach us. */
    method: text().notNull(),
    /** SENT: the provider may have been called, and the outcome is not known yet. */
    status: text({ enum: ['SENT', 'REQUIRES_ACTION', 'PROCESSING', 'FAILED', 'CAPTURED'] }).notNull(),
    failureCode: text(),
    actionUrl: text(),
    /** The return URL for the customer; null when there is none. */
    returnUrl: text(),
    createdAt: moment().notNull(),
  },
  (table) => [...enumChecks(table), unique('payment_attempts_sequence').on(table.paymentId, table.sequence)],
)

export const refundStatuses = [
  'REQUESTED',
  'ENDING_TICKETS',
  'APPROVED',
  'PENDING',
  'SUCCEEDED',
  'FAILED',
  'REJECTED',
  'NEEDS_REVIEW',
] as const

/** A refund. The unique cause makes each reason refunded once. */
export const refunds = pgTable(
  'refunds',
  {
    id: text().primaryKey(),
    paymentId: text()
      .notNull()
      .references(() => payments.id),
    /** The partner of the payment, copied for lists by partner. */
    partnerId: text().notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    /** PAYMENT_ISSUE refunds money that was never due: it is not part of what was captured for the booking. */
    cause: text({ enum: ['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF', 'PAYMENT_ISSUE'] }).notNull(),
    /** The cancellation's id, the booking's id, the refund's own, or the issue's. */
    causeId: text().notNull(),
    /** The issue whose money on SUSPENSE it refunds; null when the parties bear it. */
    issueId: text(),
    /** The internal reason, never shown to the customer. */
    reason: text(),
    /** A message for the customer. */
    messageToCustomer: text(),
    /** The tickets it cancels: all of the booking's, those with these ids, or none for goodwill. */
    tickets: jsonb().$type<'ALL' | 'NONE' | string[]>().notNull().default(sql`'"NONE"'::jsonb`),
    /**
     * REQUESTED awaits approval; ENDING_TICKETS waits for booking to cancel the tickets; APPROVED is about to be sent;
     * PENDING is with the provider; NEEDS_REVIEW refunded a different amount. FAILED is still owed.
     */
    status: text({ enum: refundStatuses }).notNull(),
    /** Increases with every change. */
    version: integer().notNull().default(1),
    /** The number of the attempt at the provider. Each attempt has its own idempotency key there. */
    attempt: integer().notNull().default(1),
    /** How the money was sent. */
    route: text({ enum: ['PROVIDER', 'BANK_TRANSFER'] })
      .notNull()
      .default('PROVIDER'),
    /** The bank's reference and the date of a bank transfer. */
    transferReference: text(),
    transferredOn: date({ mode: 'string' }),
    requestedBy: text().notNull(),
    /** The second person. */
    decidedBy: text(),
    failureCode: text(),
    createdAt: moment().notNull(),
    /** When it was last sent to the provider. */
    sentAt: moment(),
    /** When it succeeded, failed or was rejected. */
    completedAt: timestamp('settled_at', { withTimezone: true }),
    /** When it was last reconciled as stale. */
    askedAt: moment(),
  },
  (table) => [
    ...enumChecks(table),
    unique('refunds_cause').on(table.paymentId, table.cause, table.causeId),
    index('refunds_partner').on(table.partnerId, table.status, table.id),
    index('refunds_status').on(table.status, table.id),
    index('refunds_unsettled')
      .on(sql`coalesce(asked_at, created_at)`, table.id)
      .where(sql`status in ('APPROVED', 'PENDING')`),
    index('refunds_orphaned').on(table.id).where(sql`status = 'FAILED' and issue_id is null`),
    index('refunds_requested_by').on(table.requestedBy, table.createdAt),
    check('refunds_amount', sql`${table.amountMinor} > 0`),
    check('refunds_four_eyes', sql`${table.decidedBy} is distinct from ${table.requestedBy}`),
  ],
)

export type PaymentRow = typeof payments.$inferSelect
export type PaymentAttemptRow = typeof paymentAttempts.$inferSelect
export type RefundRow = typeof refunds.$inferSelect
