import { type Money, sumMoney } from '@tikitu/kit/base/money'
import type { Ctx } from '../../context.ts'
import type { BookingRefundRow, BookingRow } from '../../db/tables/bookings.ts'

/** States of a refund in which its money is on its way, or has gone back. What is only asked for gives way to others. */
export const underwayStatuses = ['ENDING_TICKETS', 'APPROVED', 'PENDING', 'SUCCEEDED'] as const

/** The refunds of a booking whose money has gone back, the first first. */
export async function refundsMade(ctx: Ctx, booking: BookingRow): Promise<BookingRefundRow[]> {
  return (await ctx.load.refundsOfBooking.load(booking.id)).filter((refund) => refund.status === 'SUCCEEDED')
}

/** What has gone back for a booking by now, whatever the cause: what payment said it refunded. */
export async function refundedTotal(ctx: Ctx, booking: BookingRow): Promise<Money> {
  return totalOf(booking, await refundsMade(ctx, booking))
}

/** What is on its way back for a booking, and has not arrived yet. */
export async function refundUnderway(ctx: Ctx, booking: BookingRow): Promise<Money> {
  const refunds = await ctx.load.refundsOfBooking.load(booking.id)
  return totalOf(
    booking,
    refunds.filter((refund) => refund.status !== 'SUCCEEDED' && isUnderway(refund)),
  )
}

/** How much of what was paid for a booking has gone back, or is on its way. */
export async function refundStatusOf(ctx: Ctx, booking: BookingRow): Promise<'NONE' | 'PARTIAL' | 'FULL'> {
  const refunds = await ctx.load.refundsOfBooking.load(booking.id)
  const { amountMinor } = totalOf(booking, refunds.filter(isUnderway))
  if (amountMinor === 0) return 'NONE'
  return amountMinor < booking.totalMinor ? 'PARTIAL' : 'FULL'
}

/** Whether the money of a refund is on its way, or has gone back. */
export function isUnderway({ status }: Pick<BookingRefundRow, 'status'>): boolean {
  return (underwayStatuses as readonly string[]).includes(status)
}

function totalOf({ currency }: BookingRow, refunds: readonly BookingRefundRow[]): Money {
  const amounts = refunds.filter((refund) => refund.currency === currency)
  return sumMoney(
    amounts.map(({ amountMinor }) => ({ amountMinor, currency })),
    currency,
  )
}
