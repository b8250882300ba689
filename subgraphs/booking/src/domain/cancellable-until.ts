import { requireLoaded } from '@tikitu/kit/loader'
import type { Ctx } from '../context.ts'
import type { BookingRow } from '../db/tables/bookings.ts'
import { cancellationDeadline, policyOf } from './cancellation-policy.ts'

/** Until when the customer may cancel; null when there is no ticket to cancel, or they never may. */
export async function cancellableUntil(ctx: Ctx, booking: BookingRow): Promise<Date | null> {
  if (booking.status !== 'CONFIRMED' && booking.status !== 'PARTIALLY_CANCELLED') return null
  return cancellationDeadline(policyOf(booking, await requireLoaded(ctx.load.performance, booking.performanceId)))
}
