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
  /** The cancellation's id, the booking's id, or the refund's own. */
  causeId: z.string(),
  /** Refunds of this payment that have succeeded, this one included. */
  refundedInAll: money,
})

const refundFailed = parties.extend({ refundId: z.string(), amount: money, code: z.string() })

export const paymentEvents = {
  'payment.captured': { version: 1, payload: captured, to: ['admin', 'booking'] },
  'payment.failed': { version: 1, payload: failed, to: ['admin', 'notification'] },
  'payment.refunded': { version: 1, payload: refunded, to: ['admin', 'booking', 'notification'] },
  'payment.refundFailed': { version: 1, payload: refundFailed, to: ['admin'] },
} as const
