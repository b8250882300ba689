import type { Payload } from '@tikitu/schema/events/registry'
import { and, desc, eq, ne, notInArray, sql, sum } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments, refunds } from '../../db/tables/payments.ts'
import { recordAnswer } from '../issues/record-answer.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { recordBookingOutcome } from '../projections/apply-booking-outcome.ts'
import { auditRefund } from './audit-refund.ts'
import { changeRefund, publishRefundDecided } from './change-refund.ts'
import { findByCause, openRefund, refundableOf } from './open-refund.ts'
import { sendTicketRefund } from './refund-tickets.ts'

/** Refunds everything left of a payment whose booking was rejected. Once. */
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
 * Refunds cancelled tickets: what the customer is entitled to according to booking, and at most what is left of the
 * payment. The final amount is always emitted, even when it is zero. Once per cancellation.
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

/** A cancellation by a person for others counts as that person's refund. */
function peopleOf({ cause, cancelledBy, approvedBy }: Payload<'booking.ticketsCancelled'>) {
  const isByPerson = (cause === 'STAFF' || cause === 'PERFORMANCE_CANCELLED') && cancelledBy?.startsWith('usr_')
  return isByPerson
    ? { requestedBy: cancelledBy ?? byBooking, decidedBy: approvedBy ?? null }
    : { requestedBy: byBooking }
}

/** Cancellations may arrive in any order, each with the total fees so far: the largest total is the newest. */
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
 * Refunds that amount, or what is left. Requests of staff awaiting approval give way, as they may never be approved. Throws
 * for an unknown or unpaid payment, so that the event is retried.
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

/**
 * Frees money for a refund that is owed by rejecting requests awaiting approval, newest first, until the amount is
 * available. The caller's transaction has locked the payment. Returns the changed payment.
 */
async function withdrawRequests(ctx: Ctx, payment: PaymentRow, neededMinor: number): Promise<PaymentRow> {
  const requests = await ctx.db
    .select()
    .from(refunds)
    .where(and(eq(refunds.paymentId, payment.id), eq(refunds.status, 'REQUESTED')))
    .orderBy(desc(refunds.id))
  let left = payment
  for (const request of requests) {
    if (refundableOf(left) >= neededMinor) break
    const withdrawn = { status: 'REJECTED' as const, decidedBy: 'service:booking', completedAt: ctx.now() }
    const changed = await changeRefund(ctx, { payment: left, refund: request }, withdrawn)
    left = changed.payment
    await auditRefund(ctx, { action: 'withdrawRefund', payment, refund: changed.refund })
  }
  return left
}

/** Whether staff rejected the captured amount: then their decision refunds it. */
function isRefused({ status, capturedAt }: PaymentRow): boolean {
  return status === 'CANCELLED' && capturedAt === null
}

/**
 * The amount left for another cause: captured, less refunds owed and fees kept. A failed refund is still owed; a requested
 * one gives way.
 */
async function leftFor(ctx: Ctx, payment: PaymentRow, { cause }: Pick<BookingCause, 'cause'>): Promise<number> {
  const keptMinor = cause === 'TICKETS_CANCELLED' ? payment.keptFeesMinor : 0
  const isOwed = notInArray(refunds.status, ['REQUESTED', 'REJECTED'])
  const [owed] = await ctx.db
    .select({ amountMinor: sum(refunds.amountMinor).mapWith(Number) })
    .from(refunds)
    .where(and(eq(refunds.paymentId, payment.id), isOwed, ne(refunds.cause, 'PAYMENT_ISSUE')))
  return Math.max(0, payment.capturedMinor - keptMinor - (owed?.amountMinor ?? 0))
}
