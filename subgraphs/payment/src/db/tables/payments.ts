import { enumChecks, minor, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { boolean, check, date, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'

/**
 * What a customer pays for one booking. The unique booking is what makes a second start the same payment, and the check on
 * the amounts is what keeps refunds within what was captured.
 */
export const payments = pgTable(
  'payments',
  {
    id: text().primaryKey(),
    bookingId: text().notNull().unique(),
    /** The booking's readable reference: `K7QM-2F9D`. */
    reference: text().notNull(),
    userId: text().notNull(),
    partnerId: text().notNull(),
    eventTitle: text().notNull(),
    /** The signed quote this payment was started with, as evidence of what was agreed. */
    quote: text().notNull(),
    provider: text().notNull(),
    amountMinor: minor().notNull(),
    /** The part of the amount that is booking fees: the platform's. */
    feesMinor: minor().notNull(),
    taxMinor: minor().notNull(),
    /** The part of the tax that is inside the fees. */
    feesTaxMinor: minor().notNull().default(0),
    /** Whether its tax is posted to accounts of its own; false for payments from before there were any. */
    splitsTax: boolean().notNull().default(false),
    currency: text().notNull(),
    /** What the provider's reports fold to. EXPIRED is judged by time and never stands here. */
    status: text({
      enum: ['REQUIRES_METHOD', 'REQUIRES_ACTION', 'PROCESSING', 'CAPTURED', 'CANCELLED', 'NEEDS_REVIEW'],
    }).notNull(),
    capturedMinor: minor().notNull().default(0),
    /** The platform's commission within the captured amount, fixed at capture. */
    commissionMinor: minor().notNull().default(0),
    /** All refunds that are still owed or were made, failed ones that wait for another way too: what cannot be promised again. */
    refundReservedMinor: minor().notNull().default(0),
    /** The refunds that have succeeded. */
    refundedMinor: minor().notNull().default(0),
    /** What was taken back from those the money belonged to: refunds that have succeeded, and what is set aside for failed ones. */
    debitedMinor: minor().notNull().default(0),
    /** Of what was taken back, what was for tickets: the platform gives its share of this, and none of what is goodwill. */
    refundedForTicketsMinor: minor().notNull().default(0),
    /** The cancellation fees of the booking, as booking last told them: they are not given back with later cancellations. */
    keptFeesMinor: minor().notNull().default(0),
    /** Issues of this payment that are not resolved. */
    openIssues: integer().notNull().default(0),
    /** Why it is in review; null when it is not. REFUND_MISMATCH stands in old rows only. */
    reviewReason: text({ enum: ['CAPTURE_MISMATCH', 'REFUND_MISMATCH'] }),
    /** What the provider says it captured, when that is not what was due. */
    reviewAmountMinor: minor(),
    reviewCurrency: text(),
    /** Until when the customer may pay: the quote's expiry. */
    expiresAt: moment().notNull(),
    createdAt: moment().notNull(),
    capturedAt: moment(),
    /** When the booking lapsed, so that no further attempt may begin. */
    closingAt: moment(),
    /** When booking said what became of a captured payment: it confirmed its booking, or was rejected. */
    answeredAt: moment(),
    /** When the sweep last asked what became of it. */
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

/** One try to pay, with one payment method. Written before the provider is called, so that no call is ever forgotten. */
export const paymentAttempts = pgTable(
  'payment_attempts',
  {
    id: text().primaryKey(),
    paymentId: text()
      .notNull()
      .references(() => payments.id),
    sequence: integer().notNull(),
    /** The provider's token for the payment method. Card numbers never come here. */
    method: text().notNull(),
    /** SENT: the provider was, or may have been, asked. What came of it is not known yet. */
    status: text({ enum: ['SENT', 'REQUIRES_ACTION', 'PROCESSING', 'FAILED', 'CAPTURED'] }).notNull(),
    failureCode: text(),
    actionUrl: text(),
    /** Where the provider sends the customer back to. Null: nowhere. */
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

/** Money that goes back. The unique cause is what makes each reason pay back once. */
export const refunds = pgTable(
  'refunds',
  {
    id: text().primaryKey(),
    paymentId: text()
      .notNull()
      .references(() => payments.id),
    /** The partner of the payment: what lists by partner reads it here. */
    partnerId: text().notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    /** PAYMENT_ISSUE gives back what was not due in the first place: it is no part of what was captured for the booking. */
    cause: text({ enum: ['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF', 'PAYMENT_ISSUE'] }).notNull(),
    /** The cancellation's id, the booking's id, the refund's own, or the issue's. */
    causeId: text().notNull(),
    /** The issue whose money on SUSPENSE this gives back; null while it is paid by those who had received the money. */
    issueId: text(),
    /** What staff wrote for themselves. The customer never sees it. */
    reason: text(),
    /** What staff have to say to the customer. */
    messageToCustomer: text(),
    /** The tickets it ends: all of the booking's, those with these ids, or none, when it is goodwill. */
    tickets: jsonb().$type<'ALL' | 'NONE' | string[]>().notNull().default(sql`'"NONE"'::jsonb`),
    /**
     * REQUESTED waits for a second person; ENDING_TICKETS waits for booking to end its tickets; APPROVED waits to be sent;
     * PENDING is with the provider; NEEDS_REVIEW gave back another amount than was asked. FAILED is owed all the same.
     */
    status: text({ enum: refundStatuses }).notNull(),
    /** Counts the states it has had. */
    version: integer().notNull().default(1),
    /** Which try at the provider this is: each has a key of its own there. */
    attempt: integer().notNull().default(1),
    /** By which way the money went. */
    route: text({ enum: ['PROVIDER', 'BANK_TRANSFER'] })
      .notNull()
      .default('PROVIDER'),
    /** Of a bank transfer: what the bank calls it, and the day on which it was sent. */
    transferReference: text(),
    transferredOn: date({ mode: 'string' }),
    requestedBy: text().notNull(),
    /** The second person. */
    decidedBy: text(),
    failureCode: text(),
    createdAt: moment().notNull(),
    /** When it was last sent to the provider. */
    sentAt: moment(),
    settledAt: moment(),
    /** When the sweep last asked what became of it. */
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
