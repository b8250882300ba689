import { addJob } from '@tikitu/kit/messaging/jobs'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { payments } from '../../db/tables/payments.ts'
import { bookingOutcomes } from '../../db/tables/projections.ts'
import { cancelTask } from './cancel-payment.ts'

/**
 * Closes the payment of an expired booking: no further attempt may start, and an open one is cancelled at the provider. A
 * capture stays captured: booking decides about it.
 */
export async function closeBooking(ctx: Ctx, lapsed: Payload<'booking.expired'>): Promise<void> {
  const { bookingId, partnerId, performanceId } = lapsed
  await lockBooking(ctx, bookingId)
  await ctx.db
    .insert(bookingOutcomes)
    .values({ bookingId, partnerId, performanceId, outcome: 'EXPIRED', decidedAt: ctx.now() })
    .onConflictDoNothing()
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.bookingId, bookingId)).for('update')
  if (!payment || payment.status === 'CAPTURED' || payment.status === 'NEEDS_REVIEW') return
  await ctx.db.update(payments).set({ closingAt: ctx.now() }).where(eq(payments.id, payment.id))
  await addJob(ctx, { task: cancelTask, payload: { paymentId: payment.id } })
}

/** Locks the payment of a booking until the transaction ends, even before there is one. */
export async function lockBooking(ctx: Ctx, bookingId: string): Promise<void> {
  await ctx.db.execute(sql`
    /* payment.lockBooking */
    select pg_advisory_xact_lock(hashtextextended(${`booking:${bookingId}`}, 0))`)
}
