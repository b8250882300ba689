import { type Money, sumMoney } from '@tikitu/kit/base/money'
import type { Ctx } from '../../context.ts'
import type { BookingRefundRow, BookingRow } from '../../db/tables/bookings.ts'

/** States in which a refund is in progress or completed. A refund that is only requested gives way to others. */
export const underwayStatuses = ['ENDING_TICKETS', 'APPROVED', 'PENDING', 'SUCCEEDED'] as const

/** The most refunds that a booking lists. Staff can issue any number, each of a part of the price. */
export const maxShownRefunds = 100

/** Completed refunds of a booking, oldest first. */
export async function refundsMade(ctx: Ctx, booking: BookingRow): Promise<BookingRefundRow[]> {
  return (await ctx.load.refundsOfBooking.load(booking.id)).filter((refund) => refund.status === 'SUCCEEDED')
}

/** Sum of completed refunds of a booking, whatever the cause. */
export async function refundedTotal(ctx: Ctx, booking: BookingRow): Promise<Money> {
  return totalOf(booking, await refundsMade(ctx, booking))
}

/** Sum of refunds of a booking that are in progress. */
export async function refundUnderway(ctx: Ctx, booking: BookingRow): Promise<Money> {
  const refunds = await ctx.load.refundsOfBooking.load(booking.id)
  return totalOf(
    booking,
    refunds.filter((refund) => refund.status !== 'SUCCEEDED' && isUnderway(refund)),
  )
}

/** Extent of a booking's refunds, including those in progress. */
export async function refundStatusOf(ctx: Ctx, booking: BookingRow): Promise<'NONE' | 'PARTIAL' | 'FULL'> {
  const refunds = await ctx.load.refundsOfBooking.load(booking.id)
  const { amountMinor } = totalOf(booking, refunds.filter(isUnderway))
  if (amountMinor === 0) return 'NONE'
  return amountMinor < booking.totalMinor ? 'PARTIAL' : 'FULL'
}

/** Whether a refund is in progress or completed. */
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
