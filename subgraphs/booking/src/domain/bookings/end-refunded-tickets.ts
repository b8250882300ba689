import type { Payload } from '@tikitu/schema/events/registry'
import { and, asc, eq, ne } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import { type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { emit } from '../../emit.ts'
import { hasBegun } from '../catalogue/has-begun.ts'
import { linesOf } from './lock-booking.ts'
import { voidTickets } from './void-tickets.ts'

type RefundState = Payload<'payment.refundChanged'>

/** Why the tickets of a refund by staff cannot be voided. */
type Refusal = 'TICKET_USED' | 'TICKETS_GONE' | 'PERFORMANCE_BEGUN' | 'AMOUNT_ABOVE_TICKETS'

/**
 * Voids the tickets of a refund that payment holds back until then, and reports it. If one of them cannot be voided, none is, and
 * the refund is refused. Runs in the transaction that locked the booking.
 */
export async function endRefundedTickets(ctx: Ctx, booking: BookingRow, refund: RefundState): Promise<void> {
  const live = await liveTickets(ctx, booking)
  const named = refund.tickets === 'ALL' ? live : live.filter((ticket) => refund.tickets.includes(ticket.id))
  const refusal = await findRefusal(ctx, booking, { refund, named })
  if (refusal) return await refuse(ctx, refund, refusal)
  await voidTickets(ctx, booking, {
    tickets: named,
    reason: null,
    messageToCustomer: refund.messageToCustomer,
    cause: 'STAFF',
    cancelledBy: refund.requestedBy,
    approvedBy: refund.approvedBy,
    keptMinor: 0,
    refund: { refundId: refund.refundId, amountMinor: refund.amount.amountMinor },
  })
}

async function liveTickets(ctx: Ctx, booking: BookingRow): Promise<TicketRow[]> {
  return await ctx.db
    .select()
    .from(tickets)
    .where(and(eq(tickets.bookingId, booking.id), ne(tickets.status, 'VOID')))
    .orderBy(asc(tickets.id))
    .for('update')
}

async function findRefusal(
  ctx: Ctx,
  booking: BookingRow,
  { refund, named }: { refund: RefundState; named: readonly TicketRow[] },
): Promise<Refusal | null> {
  const wanted = refund.tickets === 'ALL' ? Math.max(1, named.length) : refund.tickets.length
  if (named.length < wanted || refund.paymentId !== booking.paymentId) return 'TICKETS_GONE'
  if (named.some((ticket) => ticket.status !== 'VALID')) return 'TICKET_USED'
  const [performance] = await ctx.db.select().from(performances).where(eq(performances.id, booking.performanceId))
  if (hasBegun(performance as PerformanceRow, ctx.now())) return 'PERFORMANCE_BEGUN'
  const numbers = new Set(named.map((ticket) => ticket.seatNumber))
  const lines = (await linesOf(ctx, booking.id)).filter((line) => numbers.has(line.seatNumber))
  const paidMinor = lines.reduce((sum, line) => sum + line.priceMinor + line.feeMinor, 0)
  return refund.amount.amountMinor > paidMinor ? 'AMOUNT_ABOVE_TICKETS' : null
}

async function refuse(ctx: Ctx, refund: RefundState, code: Refusal): Promise<void> {
  const { bookingId, reference, userId, partnerId, paymentId, refundId } = refund
  const ticketIds = Array.isArray(refund.tickets) ? refund.tickets : []
  const data = { bookingId, reference, userId, partnerId, paymentId, refundId, code, ticketIds }
  await emit(ctx, 'booking.refundRefused', { subject: bookingId, data })
}
