import { sweep, sweepBatch } from '@tikitu/kit/context/sweep'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingRow, bookings } from '../../db/tables/bookings.ts'
import { emit } from '../../emit.ts'
import { freeSeats } from '../inventory/free-seats.ts'

/**
 * Marks unpaid bookings as expired, frees their seats, and tells payment to stop charging for them. Correctness does not depend on
 * it, as every statement checks the time itself. Locked bookings are left for the next run. Returns the number of bookings.
 */
export async function expireBookings(ctx: Ctx): Promise<number> {
  return await sweep<DueBooking>(ctx, {
    name: 'expireBookings',
    due: (after) => listDue(ctx, after),
    act: ({ id }) => expireBooking(ctx, id),
  })
}

type DueBooking = Pick<BookingRow, 'id' | 'expiresAt'>

async function listDue(ctx: Ctx, after: DueBooking | null): Promise<DueBooking[]> {
  const beyond = after && sql`(${bookings.expiresAt}, ${bookings.id}) > (${after.expiresAt.toISOString()}, ${after.id})`
  return await ctx.db
    .select({ id: bookings.id, expiresAt: bookings.expiresAt })
    .from(bookings)
    .where(and(isDue(ctx), beyond ?? undefined))
    .orderBy(asc(bookings.expiresAt), asc(bookings.id))
    .limit(sweepBatch)
}

function isDue(ctx: Ctx): SQL | undefined {
  return and(eq(bookings.status, 'AWAITING_PAYMENT'), lte(bookings.expiresAt, ctx.now()))
}

async function expireBooking(ctx: Ctx, id: string): Promise<boolean> {
  return await inTransaction(ctx, async (ctx) => {
    const [due] = await ctx.db
      .select({ id: bookings.id })
      .from(bookings)
      .where(and(eq(bookings.id, id), isDue(ctx)))
      .for('update', { skipLocked: true })
    if (!due) return false
    const [expired] = await ctx.db
      .update(bookings)
      .set({ status: 'EXPIRED', endedAt: ctx.now(), version: sql`version + 1` })
      .where(eq(bookings.id, id))
      .returning()
    if (expired) await endUnpaid(ctx, expired)
    return expired !== undefined
  })
}

/** Frees the seats of an unpaid booking that has just ended, and emits `booking.expired`. Runs in the transaction that ended it. */
export async function endUnpaid(ctx: Ctx, booking: BookingRow): Promise<void> {
  const { id: bookingId, reference, userId, partnerId, performanceId, holdId } = booking
  await freeSeats(ctx, { performanceId, holdId })
  await emit(ctx, 'booking.expired', {
    subject: bookingId,
    data: { bookingId, reference, userId, partnerId, performanceId },
  })
}
