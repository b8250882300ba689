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
  /** What was due, where staff took less in its place: the booking counts as paid. Absent where the amount is what was due. */
  due: money.optional(),
})

/** Staff decided not to take what was captured: the booking fails, and all of it goes back. */
const refused = parties.extend({ issueId: z.string(), amount: money })

const failed = parties.extend({
  amount: money,
  /** Why the last attempt failed: `CARD_DECLINED`, `INSUFFICIENT_FUNDS`, … */
  code: z.string(),
})

const refunded = parties.extend({
  refundId: z.string(),
  amount: money,
  /** What it was for: a cancellation, a rejected booking, a decision of staff, or money that was not due in the first place. */
  cause: z.enum(['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF', 'PAYMENT_ISSUE']),
  /** What staff have to say to the customer about it. */
  messageToCustomer: z.string().nullish(),
  /** The cancellation's id, the booking's id, the refund's own, or the issue's. */
  causeId: z.string(),
  /** Where it was sent by hand, from bank to bank; absent where the provider gave it back the way it came. */
  transfer: z.object({ reference: z.string(), sentOn: z.iso.date() }).optional(),
  /** Refunds of this payment that have succeeded, this one included; without money that was not due in the first place. */
  refundedInAll: money,
})

const refundCause = z.enum(['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF'])

/**
 * What a refund is now. Whole state: the highest `version` of a refund wins. One that failed and is still owed is told as
 * PENDING: its money is promised to nobody else.
 */
const refundChanged = parties.extend({
  refundId: z.string(),
  version: z.int(),
  status: z.enum(['REQUESTED', 'ENDING_TICKETS', 'APPROVED', 'PENDING', 'SUCCEEDED', 'FAILED', 'REJECTED']),
  amount: money,
  cause: refundCause,
  causeId: z.string(),
  requestedBy: z.string(),
  /** The second person, once there was one. */
  approvedBy: z.string().nullable(),
  /** The tickets it ends: all of the booking's, some of them, or none, when it is goodwill. */
  tickets: z.union([z.enum(['ALL', 'NONE']), z.array(z.string())]),
  /** For the customer to read. */
  messageToCustomer: z.string().nullable(),
})

/**
 * The last word on what goes back for a cause, said once: computed under the lock of the payment, on its way from then on.
 * Nobody promises the customer more than this.
 */
const refundDecided = parties.extend({
  /** Null when nothing goes back. */
  refundId: z.string().nullable(),
  amount: money,
  cause: refundCause,
  /** The cancellation's id, the booking's id, or the refund's own. */
  causeId: z.string(),
})

const refundFailed = parties.extend({ refundId: z.string(), amount: money, code: z.string() })

/** Money that is stuck, as it stands. Of two, the one with the higher version is newer. */
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
  /** OPENED and REOPENED are for people to hear; CHANGED is a step between. */
  occasion: z.enum(['OPENED', 'CHANGED', 'REOPENED', 'RESOLVED']),
  /** Null while it is not resolved. */
  resolution: z.string().nullable(),
  /** Null where nobody knows whose payment it is. */
  paymentId: z.string().nullable(),
  bookingId: z.string().nullable(),
  reference: z.string().nullable(),
  userId: z.string().nullable(),
  partnerId: z.string().nullable(),
  refundId: z.string().nullable(),
  /** How much is at stake. */
  amount: money,
  /** What should have moved, and what did; null where that is not known. */
  expected: money.nullable(),
  received: money.nullable(),
  openedAt: z.iso.datetime(),
})

/** A refund waits for a second person. */
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
