import { type Money, sumMoney } from '@tikitu/kit/money'
import type { Ctx } from '../context.ts'
import type { BookingRow } from '../db/tables/bookings.ts'

/** What has gone back for a booking by now, whatever the cause: what payment said it refunded. */
export async function refundedTotal(ctx: Ctx, booking: BookingRow): Promise<Money> {
  const refunds = await ctx.load.refundsOfBooking.load(booking.id)
  return sumMoney(
    refunds
      .filter((refund) => refund.currency === booking.currency)
      .map(({ amountMinor, currency }) => ({ amountMinor, currency })),
    booking.currency,
  )
}
