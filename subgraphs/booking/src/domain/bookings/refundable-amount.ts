import { allocate } from '@tikitu/kit/base/money'
import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingLineRow, type BookingRow, bookingRefunds } from '../../db/tables/bookings.ts'
import { underwayStatuses } from './booking-refunds.ts'

/** A cancellation with a refund. */
export interface WantedRefund {
  /** The fee it withholds. */
  feeMinor: number
  /** The refund that belongs to this cancellation. */
  exceptRefundId?: string
}

/**
 * The refundable rest of a booking's payment: the payment, less other cancellations' refunds, all fees withheld including this
 * one's, and goodwill. Runs in the transaction that locked the booking. Zero for a free booking.
 */
export async function refundRoom(ctx: Ctx, booking: BookingRow, wanted: WantedRefund): Promise<number> {
  if (booking.paymentId === null) return 0
  const { rows } = await ctx.db.execute<{ spoken: string }>(sql`
    /* booking.refundRoom */
    select coalesce(sum(refund_minor + fee_minor), 0) as spoken from cancellations where booking_id = ${booking.id}`)
  const goodwill = await goodwillOf(ctx, booking, wanted.exceptRefundId ?? '')
  return Math.max(0, booking.totalMinor - wanted.feeMinor - goodwill - Number(rows[0]?.spoken ?? 0))
}

/** Refunds by staff that voided no tickets, including those in progress. Other payments of the booking do not count. */
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

/** A line with its maximum refund. */
export interface EntitledLine {
  line: BookingLineRow
  entitledMinor: number
}

/** Distributes a refund over the lines exactly, in proportion to their maximum refunds and never above them. */
export function spreadRefund(lines: readonly EntitledLine[], refundMinor: number): Map<number, number> {
  const numbers = lines.map(({ line }) => line.seatNumber)
  if (refundMinor === 0) return new Map(numbers.map((number) => [number, 0]))
  const weights = lines.map(({ entitledMinor }) => entitledMinor)
  const shares = allocate({ amountMinor: refundMinor, currency: 'XXX' }, weights)
  return new Map(numbers.map((number, index) => [number, shares[index]?.amountMinor ?? 0]))
}
