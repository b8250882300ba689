import { signClaims } from '@tikitu/kit/auth/signing-keys'
import { type QuoteClaims, quoteClaims, quoteType } from '@tikitu/schema/quote'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import { type PerformanceSnapshot, performanceSnapshot } from '../catalogue/performance-snapshot.ts'
import { bookingStatusAt, isCustomer } from './get-booking.ts'

/**
 * The signed amount due, for payment to verify. Only for the customer; null when nothing is due, or the performance is cancelled
 * or has no date. Every quote of a booking has the same content and expires with the booking.
 */
export async function quoteOf(ctx: Ctx, booking: BookingRow): Promise<string | null> {
  if (!isCustomer(ctx, booking) || bookingStatusAt(booking, ctx.now()) !== 'AWAITING_PAYMENT') return null
  const showing = await performanceSnapshot(ctx, booking.performanceId)
  if (showing.status === 'POSTPONED' || showing.status === 'CANCELLED') return null
  const claims = quoteClaims.parse(await claimsOf(ctx, booking, showing))
  return await signClaims(ctx.keys, { typ: quoteType, claims, now: ctx.now() })
}

async function claimsOf(ctx: Ctx, booking: BookingRow, showing: PerformanceSnapshot): Promise<QuoteClaims> {
  const { id: bookingId, reference, userId, partnerId, currency } = booking
  const money = (amountMinor: number) => ({ amountMinor, currency })
  const lines = await ctx.load.linesOfBooking.load(bookingId)
  return {
    jti: ctx.newId('quo'),
    bookingId,
    reference,
    userId,
    partnerId,
    eventTitle: showing.eventTitle,
    startsAt: showing.startsAt,
    lines: lines.map((line) => ({
      label: `${line.seatLabel} (${line.tierName})`,
      price: money(line.priceMinor),
      fee: money(line.feeMinor),
      tax: money(line.taxMinor + line.feeTaxMinor),
    })),
    fees: money(booking.feesMinor),
    tax: money(booking.taxMinor),
    feesTax: money(lines.reduce((sum, line) => sum + line.feeTaxMinor, 0)),
    total: money(booking.totalMinor),
    exp: Math.floor(booking.expiresAt.getTime() / 1000),
  }
}
