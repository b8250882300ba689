import { isStaff } from '@tikitu/kit/auth/viewer'
import type { Money } from '@tikitu/kit/base/money'
import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { Ctx } from '../../context.ts'
import type { BookingLineRow, BookingRow, CancellationRow } from '../../db/tables/bookings.ts'
import { hasPartnerRole } from '../projections/partner-role.ts'

/** A line with the currency of its booking. */
export type PricedLine = BookingLineRow & { currency: string }

/** The lines of a booking, ordered by seat. */
export async function linesOfBooking(ctx: Ctx, booking: BookingRow): Promise<PricedLine[]> {
  const lines = await ctx.load.linesOfBooking.load(booking.id)
  return lines.map((line) => ({ ...line, currency: booking.currency }))
}

/** The lines that a cancellation ended. */
export async function linesOfCancellation(ctx: Ctx, cancellation: CancellationRow): Promise<PricedLine[]> {
  const booking = await requireLoaded(ctx.load.booking, cancellation.bookingId)
  const lines = await linesOfBooking(ctx, booking)
  return lines.filter((line) => line.cancellationId === cancellation.id)
}

/** An amount of a cancellation, in the currency of its booking. */
export async function amountIn(ctx: Ctx, { bookingId }: CancellationRow, amountMinor: number): Promise<Money> {
  const { currency } = await requireLoaded(ctx.load.booking, bookingId)
  return { amountMinor, currency }
}

/** The reason of a cancellation. One written by staff is visible only to staff and the partner. */
export async function reasonFor(ctx: Ctx, { bookingId, isByStaff, reason }: CancellationRow): Promise<string | null> {
  if (!isByStaff) return reason
  const { partnerId } = await requireLoaded(ctx.load.booking, bookingId)
  const maySee = isStaff(ctx.viewer) || (await hasPartnerRole(ctx, partnerId, 'BOX_OFFICE'))
  return maySee ? reason : null
}
