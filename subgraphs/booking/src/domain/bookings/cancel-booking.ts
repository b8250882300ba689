import { NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingRow, bookings } from '../../db/tables/bookings.ts'
import { BookingPaid } from '../../errors.ts'
import { endUnpaid } from './expire-bookings.ts'
import { bookingStatusAt, isCustomer } from './get-booking.ts'
import { lockBooking } from './lock-booking.ts'

/**
 * Cancels the caller's own unpaid booking: its seats are free immediately, and it can no longer be paid. A payment that is
 * captured afterwards is refunded in full. A booking that has already ended stays unchanged.
 * @throws {NotFound | BookingPaid}
 */
export async function cancelBooking(ctx: Ctx, input: { bookingId: string }): Promise<BookingRow> {
  return await inTransaction(ctx, async (ctx) => {
    const booking = await lockBooking(ctx, input.bookingId)
    if (!booking || !isCustomer(ctx, booking)) throw new NotFound('booking', input.bookingId)
    const status = bookingStatusAt(booking, ctx.now())
    if (status === 'CONFIRMED' || status === 'PARTIALLY_CANCELLED') throw new BookingPaid()
    if (status !== 'AWAITING_PAYMENT') return booking
    const [cancelled] = await ctx.db
      .update(bookings)
      .set({ status: 'CANCELLED', endedAt: ctx.now(), version: sql`version + 1` })
      .where(eq(bookings.id, booking.id))
      .returning()
    await endUnpaid(ctx, booking)
    ctx.load.seatsOfHold.clear(booking.holdId)
    return cancelled as BookingRow
  })
}
