import { inTransaction } from '@tikitu/kit/db'
import { and, asc, eq, lte, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type BookingRow, bookings } from '../db/tables/bookings.ts'
import { emit } from '../emit.ts'
import { freePlaces } from './free-places.ts'

const batchSize = 100

/**
 * Writes down which unpaid bookings are over, frees what places they still have, and tells payment to take no money for them
 * any more. Nothing is wrong until this has run: every statement judges time itself. Returns how many there were.
 */
export async function expireBookings(ctx: Ctx): Promise<number> {
  for (let count = 0; ; ) {
    const due = await ctx.db
      .select({ id: bookings.id })
      .from(bookings)
      .where(and(eq(bookings.status, 'AWAITING_PAYMENT'), lte(bookings.expiresAt, ctx.now())))
      .orderBy(asc(bookings.expiresAt))
      .limit(batchSize)
    for (const { id } of due) count += Number(await expireBooking(ctx, id))
    if (due.length < batchSize) return count
  }
}

/** One transaction each: nobody who wants one of the places waits for the whole sweep. */
async function expireBooking(ctx: Ctx, id: string): Promise<boolean> {
  return await inTransaction(ctx, async (ctx) => {
    const [expired] = await ctx.db
      .update(bookings)
      .set({ status: 'EXPIRED', endedAt: ctx.now(), version: sql`version + 1` })
      .where(and(eq(bookings.id, id), eq(bookings.status, 'AWAITING_PAYMENT'), lte(bookings.expiresAt, ctx.now())))
      .returning()
    if (expired) await endUnpaid(ctx, expired)
    return expired !== undefined
  })
}

/** Frees the places of an unpaid booking that was just ended, and says so. For the transaction that ended it. */
export async function endUnpaid(ctx: Ctx, booking: BookingRow): Promise<void> {
  const { id: bookingId, reference, userId, partnerId, performanceId, holdId } = booking
  await freePlaces(ctx, { performanceId, holdId })
  await emit(ctx, 'booking.expired', {
    subject: bookingId,
    data: { bookingId, reference, userId, partnerId, performanceId },
  })
}
