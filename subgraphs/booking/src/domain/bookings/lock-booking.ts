import { asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingLineRow, type BookingRow, bookingLines, bookings } from '../../db/tables/bookings.ts'

/** The booking, locked until the transaction ends; null when there is none. */
export async function lockBooking(ctx: Ctx, id: string): Promise<BookingRow | null> {
  const [booking] = await ctx.db.select().from(bookings).where(eq(bookings.id, id)).for('update')
  ctx.load.booking.clear(id)
  return booking ?? null
}

/** The lines of a booking as this transaction sees them. */
export async function linesOf(ctx: Ctx, bookingId: string): Promise<BookingLineRow[]> {
  return await ctx.db
    .select()
    .from(bookingLines)
    .where(eq(bookingLines.bookingId, bookingId))
    .orderBy(asc(bookingLines.seatNumber))
}
