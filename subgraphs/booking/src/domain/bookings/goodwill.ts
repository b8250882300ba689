import { formatMoney, type Money } from '@tikitu/kit/base/money'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import type { TicketRow } from '../../db/tables/tickets.ts'
import { isUnderway } from './booking-refunds.ts'

/** Refunds, including those in progress, for tickets that stay valid. */
export interface Goodwill {
  status: 'NONE' | 'PARTIAL' | 'FULL'
  amount: Money
}

/** Goodwill refunds of the ticket's booking; FULL when its valid tickets were fully refunded. */
export async function goodwillOn(ctx: Ctx, ticket: Pick<TicketRow, 'bookingId'>): Promise<Goodwill> {
  const booking = await ctx.load.booking.load(ticket.bookingId)
  if (!booking) throw new Error(`booking ${ticket.bookingId} is missing`)
  const amountMinor = await goodwillMinor(ctx, booking)
  const amount = { amountMinor, currency: booking.currency }
  if (amountMinor === 0) return { status: 'NONE', amount }
  const lines = (await ctx.load.linesOfBooking.load(booking.id)).filter((line) => line.cancellationId === null)
  const paidMinor = lines.reduce((sum, line) => sum + line.priceMinor + line.feeMinor, 0)
  return { status: amountMinor < paidMinor ? 'PARTIAL' : 'FULL', amount }
}

/** Notice for door staff about goodwill refunds; null without any. */
export async function goodwillNotice(ctx: Ctx, ticket: Pick<TicketRow, 'bookingId'>): Promise<string | null> {
  const { status, amount } = await goodwillOn(ctx, ticket)
  if (status === 'NONE') return null
  if (status === 'FULL') return 'This booking was fully refunded as goodwill. The ticket stays valid.'
  return `${formatMoney(amount, 'en-GB')} of this booking was refunded as goodwill. The ticket stays valid.`
}

async function goodwillMinor(ctx: Ctx, booking: BookingRow): Promise<number> {
  const refunds = await ctx.load.refundsOfBooking.load(booking.id)
  const cancellations = await ctx.load.cancellationsOfBooking.load(booking.id)
  const forTickets = new Set(cancellations.map((cancellation) => cancellation.refundId))
  return refunds
    .filter((refund) => refund.cause === 'STAFF' && refund.paymentId === booking.paymentId && isUnderway(refund))
    .filter((refund) => !forTickets.has(refund.refundId))
    .reduce((sum, refund) => sum + refund.amountMinor, 0)
}
