import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import { cancellationDeadline, mayCancelAt, policyOf } from '../catalogue/cancellation-policy.ts'

/** Whether the deadline still allows the customer to cancel. */
export async function isCancellable(ctx: Ctx, booking: BookingRow): Promise<boolean> {
  if (booking.status !== 'CONFIRMED' && booking.status !== 'PARTIALLY_CANCELLED') return false
  const performance = await requireLoaded(ctx.load.performance, booking.performanceId)
  return mayCancelAt(policyOf(booking, performance), ctx.now())
}

/** The customer's cancellation deadline; null when there is no ticket to cancel, they can never cancel, or no deadline is set yet. */
export async function cancellableUntil(ctx: Ctx, booking: BookingRow): Promise<Date | null> {
  if (booking.status !== 'CONFIRMED' && booking.status !== 'PARTIALLY_CANCELLED') return null
  return cancellationDeadline(policyOf(booking, await requireLoaded(ctx.load.performance, booking.performanceId)))
}
