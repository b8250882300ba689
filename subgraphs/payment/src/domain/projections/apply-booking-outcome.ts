import type { Payload } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingOutcomeRow, bookingOutcomes } from '../../db/tables/projections.ts'
import { recordAnswer } from '../issues/record-answer.ts'

/** Remembers that a booking was confirmed: from then on its money can be settled. */
export async function applyBookingOutcome(ctx: Ctx, confirmed: Payload<'booking.confirmed'>): Promise<void> {
  await recordBookingOutcome(ctx, confirmed, 'CONFIRMED')
  if (confirmed.paymentId !== null) await recordAnswer(ctx, confirmed.paymentId)
}

/** Writes down what became of a booking, in place of its having lapsed; the first decision stays. */
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
