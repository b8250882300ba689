import { allocate } from '@tikitu/kit/base/money'
import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingLineRow, type BookingRow, bookingRefunds } from '../../db/tables/bookings.ts'
import { underwayStatuses } from './booking-refunds.ts'

/** A cancellation that something is to go back with. */
export interface WantedRefund {
  /** What it keeps. */
  feeMinor: number
  /** The refund that is to be this cancellation's own. */
  exceptRefundId?: string
}

/**
 * What can still go back of a booking's payment with a cancellation: what was paid, less what
 * other cancellations gave back, every fee that is kept, this one's too, and what staff gave as goodwill. For the transaction that locked the
 * booking. A free booking has nothing left.
 */
export async function refundRoom(ctx: Ctx, booking: BookingRow, wanted: WantedRefund): Promise<number> {
  if (booking.paymentId === null) return 0
  const { rows } = await ctx.db.execute<{ spoken: string }>(sql`
    /* booking.refundRoom */
    select coalesce(sum(refund_minor + fee_minor), 0) as spoken from cancellations where booking_id = ${booking.id}`)
  const goodwill = await goodwillOf(ctx, booking, wanted.exceptRefundId ?? '')
  return Math.max(0, booking.totalMinor - wanted.feeMinor - goodwill - Number(rows[0]?.spoken ?? 0))
}

/** What staff gave back without ending tickets for it, sent or on its way. Other payments of the booking do not count. */
async function goodwillOf(ctx: Ctx, booking: BookingRow, exceptRefundId: string): Promise<number> {
  const isGoodwill = and(
    eq(bookingRefunds.bookingId, booking.id),
    eq(bookingRefunds.paymentId, booking.paymentId ?? ''),
    eq(bookingRefunds.cause, 'STAFF'),
    ne(bookingRefunds.refundId, exceptRefundId),
    inArray(bookingRefunds.status, [...underwayStatuses]),
    sql`not exists (select from cancellations where refund_id = ${bookingRefunds.refundId})`,
  )
  const rows = await ctx.db.select({ amountMinor: bookingRefunds.amountMinor }).from(bookingRefunds).where(isGoodwill)
  return rows.reduce((sum, row) => sum + row.amountMinor, 0)
}

/** A line and what its owner is entitled to when it is cancelled. */
export interface EntitledLine {
  line: BookingLineRow
  entitledMinor: number
}

/** Spreads what goes back over the lines, exactly, in proportion to what each is entitled to and never above it. */
export function spreadRefund(lines: readonly EntitledLine[], refundMinor: number): Map<number, number> {
  const numbers = lines.map(({ line }) => line.placeNumber)
  if (refundMinor === 0) return new Map(numbers.map((number) => [number, 0]))
  const weights = lines.map(({ entitledMinor }) => entitledMinor)
  const shares = allocate({ amountMinor: refundMinor, currency: 'XXX' }, weights)
  return new Map(numbers.map((number, index) => [number, shares[index]?.amountMinor ?? 0]))
}
