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

const captured = parties.extend({ amount: money, capturedAt: z.iso.datetime() })

const failed = parties.extend({
  amount: money,
  /** Why the last attempt failed: `CARD_DECLINED`, `INSUFFICIENT_FUNDS`, … */
  code: z.string(),
})

const refunded = parties.extend({
  refundId: z.string(),
  amount: money,
  /** What it was for: a cancellation, a rejected booking, or a decision of staff. */
  cause: z.enum(['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF']),
  /** What staff have to say to the customer about it. */
  messageToCustomer: z.string().nullish(),
  /** The cancellation's id, the booking's id, or the refund's own. */
  causeId: z.string(),
  /** Refunds of this payment that have succeeded, this one included. */
  refundedInAll: money,
})

const refundCause = z.enum(['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF'])

/** What a refund is now. Whole state: the highest `version` of a refund wins. */
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

export const paymentEvents = {
  'payment.captured': { version: 1, payload: captured, to: ['admin', 'booking'] },
  'payment.failed': { version: 1, payload: failed, to: ['admin', 'notification'] },
  'payment.refundChanged': { version: 1, payload: refundChanged, to: ['booking'] },
  'payment.refundDecided': { version: 1, payload: refundDecided, to: ['admin', 'booking', 'notification'] },
  'payment.refunded': { version: 1, payload: refunded, to: ['admin', 'booking', 'notification'] },
  'payment.refundFailed': { version: 1, payload: refundFailed, to: ['admin'] },
} as const
