import { notifyWatchers } from '@tikitu/kit/subscriptions/notify'
import type { Payload } from '@tikitu/schema/events/registry'
import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { bookingRefunds, type CancellationRow, cancellations } from '../../db/tables/bookings.ts'
import { endRefundedTickets } from './end-refunded-tickets.ts'
import { linesOf, lockBooking } from './lock-booking.ts'
import { endLines } from './void-tickets.ts'

/** Records a completed refund if nothing else is known of it; newer states arrive as `payment.refundChanged`. */
export async function applyCompletedRefund(ctx: Ctx, refunded: Payload<'payment.refunded'>): Promise<void> {
  const { refundId, paymentId, bookingId, amount, cause } = refunded
  // An amount that was never due is not part of the booking's payment.
  if (cause === 'PAYMENT_ISSUE') return
  const { amountMinor, currency } = amount
  await ctx.db
    .insert(bookingRefunds)
    .values({ refundId, paymentId, bookingId, amountMinor, currency, cause, refundedAt: ctx.now() })
    .onConflictDoNothing()
  await notifyWatchers(ctx, bookingId)
}

/**
 * Applies the state of a refund, unless a newer one is known, so that money in progress is never refunded twice. A refund that
 * waits for its tickets to end voids them.
 */
export async function applyRefund(ctx: Ctx, fact: Payload<'payment.refundChanged'>): Promise<void> {
  const { refundId, paymentId, bookingId, amount, cause, status, version, requestedBy, approvedBy } = fact
  const state = { status, version, requestedBy, approvedBy, refundedAt: ctx.now() }
  // A cancellation waits for this lock, and then sees the refund.
  const booking = await lockBooking(ctx, bookingId)
  if (!booking) throw new Error(`refund ${refundId} is for booking ${bookingId}, which is unknown`)
  const { amountMinor, currency } = amount
  const folded = await ctx.db
    .insert(bookingRefunds)
    .values({ refundId, paymentId, bookingId, amountMinor, currency, cause, ...state })
    .onConflictDoUpdate({
      target: bookingRefunds.refundId,
      set: state,
      setWhere: sql`${bookingRefunds.version} < ${version}`,
    })
    .returning({ refundId: bookingRefunds.refundId })
  if (folded.length > 0 && status === 'ENDING_TICKETS') await endRefundedTickets(ctx, booking, fact)
  await notifyWatchers(ctx, bookingId)
}

/**
 * Applies payment's final refund amount of a cancellation, and corrects the cancellation and its lines where they differ.
 */
export async function applyRefundDecision(ctx: Ctx, decided: Payload<'payment.refundDecided'>): Promise<void> {
  const { bookingId, cause, causeId, amount } = decided
  if (cause !== 'TICKETS_CANCELLED') return
  await lockBooking(ctx, bookingId)
  const isIt = and(eq(cancellations.id, causeId), eq(cancellations.bookingId, bookingId))
  const [before] = await ctx.db.select().from(cancellations).where(isIt)
  if (!before) throw new Error(`cancellation ${causeId} is unknown`)
  const decision = { refundMinor: amount.amountMinor, refundDecidedAt: ctx.now() }
  await ctx.db.update(cancellations).set(decision).where(isIt)
  if (before.refundMinor !== decision.refundMinor) await correctLines(ctx, { ...before, ...decision })
  await notifyWatchers(ctx, bookingId)
}

/** Distributes the corrected amount over the lines of a cancellation, in proportion to what was paid for each. */
async function correctLines(ctx: Ctx, cancellation: CancellationRow): Promise<void> {
  const lines = (await linesOf(ctx, cancellation.bookingId)).filter((line) => line.cancellationId === cancellation.id)
  const paid = lines.map((line) => ({ line, entitledMinor: line.priceMinor + line.feeMinor }))
  await endLines(ctx, cancellation, paid)
}
