import { type EventStream, streamChanges } from '@tikitu/kit/subscriptions/change-stream'
import type { Signals } from '@tikitu/kit/subscriptions/notify'
import type { Ctx } from '../../context.ts'
import { requireBooking } from './get-booking.ts'

/** A booking is to be read again. */
export interface BookingChange {
  bookingId: string
}

/**
 * Says at once, and then whenever something about a booking has changed, that it is to be read: no change is missed, many make
 * one. Time counts too: an unpaid booking is over without anybody's doing. @throws {NotFound} when the caller may not see it
 */
export async function watchBooking(ctx: Ctx, signals: Signals, id: string): Promise<EventStream<BookingChange>> {
  const { performanceId, status, expiresAt } = await requireBooking(ctx, id)
  const watch = await signals.watch([id, performanceId])
  const inMs = status === 'AWAITING_PAYMENT' ? expiresAt.getTime() - ctx.now().getTime() : undefined
  return streamChanges(watch, async () => ({ bookingId: id }), { inMs })
}
