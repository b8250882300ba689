import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import { cancellationDeadline, mayCancelAt, policyOf } from '../catalogue/cancellation-policy.ts'

/** Whether the customer may cancel now, as far as time decides. */
export async function isCancellable(ctx: Ctx, booking: BookingRow): Promise<boolean> {
  if (booking.status !== 'CONFIRMED' && booking.status !== 'PARTIALLY_CANCELLED') return false
  const performance = await requireLoaded(ctx.load.performance, booking.performanceId)
  return mayCancelAt(policyOf(booking, performance), ctx.now())
}

/** Until when the customer may cancel; null when there is no ticket to cancel, they never may, or no end is set yet. */
export async function cancellableUntil(ctx: Ctx, booking: BookingRow): Promise<Date | null> {
  if (booking.status !== 'CONFIRMED' && booking.status !== 'PARTIALLY_CANCELLED') return null
  return cancellationDeadline(policyOf(booking, await requireLoaded(ctx.load.performance, booking.performanceId)))
}
