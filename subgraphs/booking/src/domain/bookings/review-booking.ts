import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingRow, bookings } from '../../db/tables/bookings.ts'
import { lockPerformanceForShare } from '../catalogue/lock-performance-for-share.ts'
import { earlier, isFreeAt } from '../on-sale.ts'
import { lockBooking } from './lock-booking.ts'

/** How long seats are reserved while staff review a payment of a different amount; never past the end of the performance. */
export const reviewHours = 24

/**
 * Puts a booking under review when the captured amount differs from the total, and reserves its seats as far as they are still
 * free. The next event of payment ends the review: captured or refused. Idempotent, and independent of the order of events.
 */
export async function reviewBooking(ctx: Ctx, issue: Payload<'payment.issueChanged'>): Promise<void> {
  const { kind, occasion, bookingId } = issue
  if (kind !== 'CAPTURE_MISMATCH' || occasion !== 'OPENED' || bookingId === null) return
  await inTransaction(ctx, async (ctx) => {
    const [known] = await ctx.db
      .select({ performanceId: bookings.performanceId })
      .from(bookings)
      .where(eq(bookings.id, bookingId))
    if (!known) return
    const { end } = await lockPerformanceForShare(ctx, known.performanceId)
    const booking = await lockBooking(ctx, bookingId)
    if (booking?.status !== 'AWAITING_PAYMENT' && booking?.status !== 'EXPIRED') return
    const until = earlier(new Date(ctx.now().getTime() + reviewHours * 3_600_000), end)
    const expiresAt = booking.expiresAt > until ? booking.expiresAt : until
    await keepForReview(ctx, booking, expiresAt)
    await ctx.db
      .update(bookings)
      .set({ status: 'NEEDS_REVIEW', expiresAt, endedAt: null, version: sql`version + 1` })
      .where(eq(bookings.id, bookingId))
  })
}

/** Extends or reclaims all seats of the booking, or none. Locked in the order of their numbers, as in every claim. */
async function keepForReview(ctx: Ctx, { id, performanceId, holdId }: BookingRow, until: Date): Promise<void> {
  await ctx.db.execute(sql`
    /* booking.keepForReview */
    with locked as materialized (
      select places.number, line.tier_id from places
      join booking_lines line on line.booking_id = ${id} and line.place_number = places.number
      where places.performance_id = ${performanceId} and (places.hold_id = ${holdId} or ${isFreeAt(ctx.now())})
      order by places.number for update of places
    )
    update places set status = 'HELD', hold_id = ${holdId}, tier_id = locked.tier_id, held_until = ${until.toISOString()}
    from locked
    where places.performance_id = ${performanceId} and places.number = locked.number
      and (select count(*) from locked) = (select count(*) from booking_lines where booking_id = ${id})`)
}
