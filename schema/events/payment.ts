import { z } from 'zod'
import { money } from '../money.ts'

const parties = z.object({
  paymentId: z.string(),
  bookingId: z.string(),
  reference: z.string(),
  /** The customer. */
  userId: z.string(),
  partnerId: z.string(),
})

const captured = parties.extend({
  amount: money,
  capturedAt: z.iso.datetime(),
  /** The amount due, when staff accepted less: the booking counts as paid. Absent when `amount` is the amount due. */
  due: money.optional(),
})

/** Staff rejected the captured amount: the booking fails, and all of it is refunded. */
const refused = parties.extend({ issueId: z.string(), amount: money })

const failed = parties.extend({
  amount: money,
  /** Why the last attempt failed: `CARD_DECLINED`, `INSUFFICIENT_FUNDS`, … */
  code: z.string(),
})

const refunded = parties.extend({
  refundId: z.string(),
  amount: money,
  /** The cause: a cancellation, a rejected booking, a decision of staff, or money that was never due. */
  cause: z.enum(['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF', 'PAYMENT_ISSUE']),
  /** A message for the customer. */
  messageToCustomer: z.string().nullish(),
  /** The cancellation's id, the booking's id, the refund's own, or the issue's. */
  causeId: z.string(),
  /** The manual bank transfer; absent when it was refunded to the original payment method. */
  transfer: z.object({ reference: z.string(), sentOn: z.iso.date() }).optional(),
  /** The total of completed refunds of this payment, this one included; without money that was never due. */
  refundedInAll: money,
})

const refundCause = z.enum(['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF'])

/**
 * The complete state of a refund: the highest `version` wins. A failed refund that is still owed is reported as PENDING, as its
 * money is not available for anything else.
 */
const refundChanged = parties.extend({
  refundId: z.string(),
  version: z.int(),
  status: z.enum(['REQUESTED', 'ENDING_TICKETS', 'APPROVED', 'PENDING', 'SUCCEEDED', 'FAILED', 'REJECTED']),
  amount: money,
  cause: refundCause,
  causeId: z.string(),
  requestedBy: z.string(),
  /** The second person; null before approval. */
  approvedBy: z.string().nullable(),
  /** The tickets it cancels: all of the booking's, those with these ids, or none for goodwill. */
  tickets: z.union([z.enum(['ALL', 'NONE']), z.array(z.string())]),
  /** A message for the customer. */
  messageToCustomer: z.string().nullable(),
})

/**
 * The final refund for a cause, emitted once: computed under the payment's lock, and being paid out. Messages to the customer must
 * not promise more.
 */
const refundDecided = parties.extend({
  /** Null when nothing is refunded. */
  refundId: z.string().nullable(),
  amount: money,
  cause: refundCause,
  /** The cancellation's id, the booking's id, or the refund's own. */
  causeId: z.string(),
})

const refundFailed = parties.extend({ refundId: z.string(), amount: money, code: z.string() })

/** The complete state of a payment issue: the highest `version` wins. */
const issueChanged = z.object({
  issueId: z.string(),
  version: z.int(),
  kind: z.enum([
    'CAPTURE_MISMATCH',
    'DUPLICATE_CAPTURE',
    'UNCONFIRMED_CAPTURE',
    'UNMATCHED_REPORT',
    'OUTCOME_UNKNOWN',
    'REFUND_FAILED',
    'REFUND_MISMATCH',
    'LEDGER_MISMATCH',
  ]),
  status: z.enum(['OPEN', 'AWAITING_APPROVAL', 'IN_PROGRESS', 'RESOLVED']),
  /** People are notified of OPENED and REOPENED; CHANGED is an intermediate step. */
  occasion: z.enum(['OPENED', 'CHANGED', 'REOPENED', 'RESOLVED']),
  /** Null while it is unresolved. */
  resolution: z.string().nullable(),
  /** Null when the payment is unknown. */
  paymentId: z.string().nullable(),
  bookingId: z.string().nullable(),
  reference: z.string().nullable(),
  userId: z.string().nullable(),
  partnerId: z.string().nullable(),
  refundId: z.string().nullable(),
  /** The amount in question. */
  amount: money,
  /** The amounts that should have moved and did move; null when unknown. */
  expected: money.nullable(),
  received: money.nullable(),
  openedAt: z.iso.datetime(),
})

/** A refund awaits a second person's approval. */
const approvalRequested = parties.extend({
  refundId: z.string(),
  amount: money,
  requestedBy: z.string(),
  /** Who can approve it. */
  approverIds: z.array(z.string()),
})

export const paymentEvents = {
  'payment.approvalRequested': { version: 1, payload: approvalRequested, to: ['notification'] },
  'payment.captured': { version: 1, payload: captured, to: ['admin', 'booking'] },
  'payment.failed': { version: 1, payload: failed, to: ['admin', 'notification'] },
  'payment.refundChanged': { version: 1, payload: refundChanged, to: ['booking'] },
  'payment.refundDecided': { version: 1, payload: refundDecided, to: ['admin', 'booking', 'notification'] },
  'payment.refunded': { version: 1, payload: refunded, to: ['admin', 'booking', 'notification'] },
  'payment.refundFailed': { version: 1, payload: refundFailed, to: ['admin'] },
  'payment.refused': { version: 1, payload: refused, to: ['admin', 'booking'] },
  'payment.issueChanged': { version: 1, payload: issueChanged, to: ['admin', 'booking', 'notification'] },
} as const
