import { type EventStream, streamChanges } from '@tikitu/kit/subscriptions/change-stream'
import type { Signals } from '@tikitu/kit/subscriptions/notify'
import type { Ctx } from '../../context.ts'
import { requireBooking } from './get-booking.ts'

/** Signals that a booking has changed. */
export interface BookingChange {
  bookingId: string
}

/**
 * Signals once at the start, then after every change of a booking, including its expiry. Changes may be coalesced, but none is
 * missed. @throws {NotFound} when it is not visible to the caller
 */
export async function watchBooking(ctx: Ctx, signals: Signals, id: string): Promise<EventStream<BookingChange>> {
  const { performanceId, status, expiresAt } = await requireBooking(ctx, id)
  const watch = await signals.watch([id, performanceId])
  const inMs = status === 'AWAITING_PAYMENT' ? expiresAt.getTime() - ctx.now().getTime() : undefined
  return streamChanges(watch, async () => ({ bookingId: id }), { inMs })
}
