import type { Payload } from '@tikitu/schema/events/registry'
import type { Ctx } from '../context.ts'
import { lockPayment } from './apply-report.ts'
import { decideOutcome } from './keep-booking-outcome.ts'
import { findByCause, openRefund, refundableOf } from './open-refund.ts'
import { withdrawRequests } from './withdraw-requests.ts'

/** Gives back all that is left of the payment of a booking that was paid and could not be confirmed. Once. */
export async function refundRejectedBooking(ctx: Ctx, rejected: Payload<'booking.rejected'>): Promise<void> {
  await decideOutcome(ctx, rejected, 'REJECTED')
  const { paymentId, bookingId: causeId, reason } = rejected
  await refundUpTo(ctx, paymentId, { cause: 'BOOKING_REJECTED', causeId, reason, amountMinor: Number.MAX_SAFE_INTEGER })
}

/** Gives back what cancelling tickets earned, as booking computed it. Once per cancellation. */
export async function refundCancelledTickets(ctx: Ctx, cancelled: Payload<'booking.ticketsCancelled'>): Promise<void> {
  const { paymentId, cancellationId: causeId, reason, refund } = cancelled
  if (paymentId === null || refund.amountMinor === 0) return
  const { amountMinor } = refund
  await refundUpTo(ctx, paymentId, { cause: 'TICKETS_CANCELLED', causeId, reason, amountMinor })
}

interface BookingCause {
  cause: 'BOOKING_REJECTED' | 'TICKETS_CANCELLED'
  causeId: string
  reason: string | null
  amountMinor: number
}

/**
 * Staff may have given something back before: then what is left goes back. What they only asked for gives way, as it may
 * never be approved. An unknown or unpaid payment throws, so that the event comes again.
 */
async function refundUpTo(ctx: Ctx, paymentId: string, { amountMinor, ...cause }: BookingCause): Promise<void> {
  const payment = await lockPayment(ctx, paymentId)
  if (payment.status === 'NEEDS_REVIEW') return
  if (payment.status !== 'CAPTURED') throw new Error(`${paymentId} is not captured: there is nothing to refund yet`)
  if (await findByCause(ctx, paymentId, cause)) return
  const roomy = await withdrawRequests(ctx, payment, amountMinor)
  const left = refundableOf(roomy)
  if (left === 0) return
  const demand = { ...cause, amountMinor: Math.min(amountMinor, left), requestedBy: 'service:booking' }
  await openRefund(ctx, roomy, { ...demand, needsApproval: false })
}
