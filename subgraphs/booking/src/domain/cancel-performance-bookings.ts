import { inTransaction } from '@tikitu/kit/db'
import { and, asc, eq, gt, inArray, ne, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type BookingRow, bookings } from '../db/tables/bookings.ts'
import { tickets } from '../db/tables/tickets.ts'
import { endUnpaid } from './expire-bookings.ts'
import { lockBooking } from './lock-booking.ts'
import { voidTickets } from './void-tickets.ts'

/** A performance that was cancelled, and why. */
export interface CancelledPerformance {
  performanceId: string
  reason: string | null
}

const batchSize = 100
const unfinished = ['AWAITING_PAYMENT', 'CONFIRMED', 'PARTIALLY_CANCELLED'] as const

/**
 * Cancels every booking of a performance that was cancelled: paid ones in full, used tickets too; unpaid ones are over. May
 * be run again at any time, and goes on where it ended. Returns how many there were. One that cannot be cancelled now holds
 * up none of the others. @throws when there was one, so that the job is done again
 */
export async function cancelPerformanceBookings(ctx: Ctx, cancelled: CancelledPerformance): Promise<number> {
  const failures: unknown[] = []
  for (let count = 0, after = ''; ; ) {
    const open = await ctx.db
      .select({ id: bookings.id })
      .from(bookings)
      .where(and(isUnfinished(cancelled.performanceId), gt(bookings.id, after)))
      .orderBy(asc(bookings.id))
      .limit(batchSize)
    for (const { id } of open) {
      await inTransaction(ctx, async (ctx) => await cancelBooking(ctx, id, cancelled.reason)).catch(
        (error: unknown) => {
          ctx.log.error({ err: error, bookingId: id }, 'a booking of a cancelled performance could not be cancelled')
          failures.push(error)
        },
      )
      count += 1
      after = id
    }
    if (open.length < batchSize) return resultOf(count, failures)
  }
}

function resultOf(count: number, failures: readonly unknown[]): number {
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} bookings are still to be cancelled`)
  return count
}

function isUnfinished(performanceId: string) {
  return and(eq(bookings.performanceId, performanceId), inArray(bookings.status, [...unfinished]))
}

async function cancelBooking(ctx: Ctx, id: string, reason: string | null): Promise<void> {
  const booking = await lockBooking(ctx, id)
  if (booking?.status === 'AWAITING_PAYMENT') return await endNow(ctx, booking)
  const live = await ctx.db
    .select()
    .from(tickets)
    .where(and(eq(tickets.bookingId, id), ne(tickets.status, 'VOID')))
    .orderBy(asc(tickets.id))
    .for('update')
  if (!booking || live.length === 0) return
  const cause = 'PERFORMANCE_CANCELLED'
  await voidTickets(ctx, booking, {
    tickets: live,
    reason,
    messageToCustomer: reason,
    cause,
    cancelledBy: 'booking',
    keptMinor: 0,
  })
}

async function endNow(ctx: Ctx, booking: BookingRow): Promise<void> {
  await ctx.db
    .update(bookings)
    .set({ status: 'EXPIRED', endedAt: ctx.now(), version: sql`version + 1` })
    .where(eq(bookings.id, booking.id))
  await endUnpaid(ctx, booking)
}
