import { tellWatchers } from '@tikitu/kit/live-signals'
import type { Payload } from '@tikitu/schema/events/registry'
import type { Ctx } from '../context.ts'
import { bookingRefunds } from '../db/tables/bookings.ts'

/** Keeps a refund that payment made, to be shown beside its booking. Once, whatever else is known of the payment yet. */
export async function takeRefund(ctx: Ctx, refunded: Payload<'payment.refunded'>): Promise<void> {
  const { refundId, paymentId, bookingId, amount, cause } = refunded
  const { amountMinor, currency } = amount
  await ctx.db
    .insert(bookingRefunds)
    .values({ refundId, paymentId, bookingId, amountMinor, currency, cause, refundedAt: ctx.now() })
    .onConflictDoNothing()
  await tellWatchers(ctx, bookingId)
}
