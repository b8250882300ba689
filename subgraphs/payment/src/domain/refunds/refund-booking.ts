import type { Payload } from '@tikitu/schema/events/registry'
import { and, eq, ne, notInArray, sql, sum } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments, refunds } from '../../db/tables/payments.ts'
import { recordAnswer } from '../issues/record-answer.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { recordBookingOutcome } from '../projections/apply-booking-outcome.ts'
import { publishRefundDecided } from './change-refund.ts'
import { findByCause, openRefund, refundableOf } from './open-refund.ts'
import { sendTicketRefund } from './refund-tickets.ts'
import { withdrawRequests } from './withdraw-requests.ts'

/** Gives back all that is left of the payment of a booking that was paid and could not be confirmed. Once. */
export async function refundRejectedBooking(ctx: Ctx, rejected: Payload<'booking.rejected'>): Promise<void> {
  await recordBookingOutcome(ctx, rejected, 'REJECTED')
  await recordAnswer(ctx, rejected.paymentId)
  const { paymentId, bookingId: causeId, reason } = rejected
  await refundUpTo(ctx, paymentId, {
    cause: 'BOOKING_REJECTED',
    causeId,
    reason,
    amountMinor: Number.MAX_SAFE_INTEGER,
    requestedBy: byBooking,
  })
}

/**
 * Gives back what cancelling tickets earned: what the customer is entitled to by booking's word, and never more than is left
 * by ours. What that comes to is told, also when it is nothing. Once per cancellation.
 */
export async function refundCancelledTickets(ctx: Ctx, cancelled: Payload<'booking.ticketsCancelled'>): Promise<void> {
  const { paymentId, cancellationId: causeId, reason, keptInAll, refundId } = cancelled
  if (paymentId === null) return
  await recordKeptFees(ctx, paymentId, keptInAll?.amountMinor ?? 0)
  if (refundId) return await sendTicketRefund(ctx, { paymentId, refundId, cancellationId: causeId })
  const { amountMinor } = cancelled.entitled ?? cancelled.refund
  const cause = { cause: 'TICKETS_CANCELLED', causeId, reason, amountMinor, ...peopleOf(cancelled) } as const
  if (amountMinor > 0) await refundUpTo(ctx, paymentId, cause)
}

/** What people cancel for others counts as given back by them. */
function peopleOf({ cause, cancelledBy, approvedBy }: Payload<'booking.ticketsCancelled'>) {
  const isByPerson = (cause === 'STAFF' || cause === 'PERFORMANCE_CANCELLED') && cancelledBy?.startsWith('usr_')
  return isByPerson
    ? { requestedBy: cancelledBy ?? byBooking, decidedBy: approvedBy ?? null }
    : { requestedBy: byBooking }
}

/** Cancellations may be told in any order, and each tells the fees of those before it: the largest sum is the newest. */
async function recordKeptFees(ctx: Ctx, paymentId: string, keptInAllMinor: number): Promise<void> {
  const keptFeesMinor = sql`greatest(${payments.keptFeesMinor}, ${keptInAllMinor})`
  await ctx.db.update(payments).set({ keptFeesMinor }).where(eq(payments.id, paymentId))
}

const byBooking = 'service:booking'

interface BookingCause {
  cause: 'BOOKING_REJECTED' | 'TICKETS_CANCELLED'
  causeId: string
  reason: string | null
  amountMinor: number
  requestedBy: string
  decidedBy?: string | null
}

/**
 * Gives back that much, or what is left. What staff only asked for gives way, as it may never be approved. An unknown or unpaid
 * payment throws, so that the event comes again.
 */
async function refundUpTo(ctx: Ctx, paymentId: string, { amountMinor, ...cause }: BookingCause): Promise<void> {
  const payment = await lockPayment(ctx, paymentId)
  if (payment.status === 'NEEDS_REVIEW' || isRefused(payment)) return
  if (payment.status !== 'CAPTURED') throw new Error(`${paymentId} is not captured: there is nothing to refund yet`)
  if (await findByCause(ctx, paymentId, cause)) return
  const wantedMinor = Math.min(amountMinor, await leftFor(ctx, payment, cause))
  const roomy = await withdrawRequests(ctx, payment, wantedMinor)
  const owedMinor = Math.min(wantedMinor, refundableOf(roomy))
  if (owedMinor === 0) return await publishRefundDecided(ctx, roomy, { ...cause, refundId: null, amountMinor: 0 })
  await openRefund(ctx, roomy, { ...cause, amountMinor: owedMinor, needsApproval: false })
}

/** What was captured was not taken by staff: it goes back by their decision. */
function isRefused({ status, capturedAt }: PaymentRow): boolean {
  return status === 'CANCELLED' && capturedAt === null
}

/**
 * What is left for a further cause: captured, less what others are owed and the fees that are kept. A refund that failed is
 * still owed; what staff only ask for gives way.
 */
async function leftFor(ctx: Ctx, payment: PaymentRow, { cause }: Pick<BookingCause, 'cause'>): Promise<number> {
  const keptMinor = cause === 'TICKETS_CANCELLED' ? payment.keptFeesMinor : 0
  const isOwed = notInArray(refunds.status, ['REQUESTED', 'REJECTED'])
  const isOfBooking = ne(refunds.cause, 'PAYMENT_ISSUE')
  const [owed] = await ctx.db
    .select({ amountMinor: sum(refunds.amountMinor).mapWith(Number) })
    .from(refunds)
    .where(and(eq(refunds.paymentId, payment.id), isOwed, isOfBooking))
  return Math.max(0, payment.capturedMinor - keptMinor - (owed?.amountMinor ?? 0))
}
