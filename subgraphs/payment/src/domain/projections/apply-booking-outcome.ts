import type { Payload } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingOutcomeRow, bookingOutcomes } from '../../db/tables/projections.ts'
import { recordAnswer } from '../issues/record-answer.ts'

/** Records that a booking was confirmed, so that its payment is answered. */
export async function applyBookingOutcome(ctx: Ctx, confirmed: Payload<'booking.confirmed'>): Promise<void> {
  await recordBookingOutcome(ctx, confirmed, 'CONFIRMED')
  if (confirmed.paymentId !== null) await recordAnswer(ctx, confirmed.paymentId)
}

/** Records the outcome of a booking. It replaces EXPIRED; otherwise the first outcome stays. */
export async function recordBookingOutcome(
  ctx: Ctx,
  { bookingId, partnerId, showing }: Pick<Payload<'booking.confirmed'>, 'bookingId' | 'partnerId' | 'showing'>,
  outcome: BookingOutcomeRow['outcome'],
): Promise<void> {
  const { eventId, performanceId } = showing
  const decision = { outcome, eventId, performanceId, decidedAt: ctx.now() }
  await ctx.db
    .insert(bookingOutcomes)
    .values({ bookingId, partnerId, ...decision })
    .onConflictDoUpdate({
      target: bookingOutcomes.bookingId,
      set: decision,
      setWhere: eq(bookingOutcomes.outcome, 'EXPIRED'),
    })
}
