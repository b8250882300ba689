import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingLineRow, type BookingRow, bookings } from '../../db/tables/bookings.ts'
import { type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { emit } from '../../emit.ts'
import { performanceSnapshot } from '../catalogue/performance-snapshot.ts'
import { signTicketCode } from '../tickets/ticket-code.ts'
import { returnTermsOf } from './return-terms.ts'

/** A booking whose seats are sold, and its payment; null for a free booking. */
export interface PaidBooking {
  booking: BookingRow
  lines: readonly BookingLineRow[]
  paymentId: string | null
}

/** Confirms a booking and issues one ticket per line. Runs in the transaction that sold its seats and locked its row. */
export async function confirmBooking(ctx: Ctx, { booking, lines, paymentId }: PaidBooking): Promise<BookingRow> {
  const [confirmed] = await ctx.db
    .update(bookings)
    .set({ status: 'CONFIRMED', paymentId, confirmedAt: ctx.now(), endedAt: null, version: sql`version + 1` })
    .where(eq(bookings.id, booking.id))
    .returning()
  ctx.load.booking.clear(booking.id)
  const issued = await issueTickets(ctx, booking, lines)
  await announce(ctx, confirmed as BookingRow, { issued, lines })
  return confirmed as BookingRow
}

async function issueTickets(ctx: Ctx, booking: BookingRow, lines: readonly BookingLineRow[]): Promise<TicketRow[]> {
  const rows = lines.map(async ({ seatNumber }) => {
    const id = ctx.newId('tkt')
    const { performanceId } = booking
    const code = await signTicketCode(ctx, { ticketId: id, performanceId, serial: 1 })
    const holderId = booking.userId
    const ticket = { id, bookingId: booking.id, performanceId, seatNumber, holderId, code, issuedAt: ctx.now() }
    return { ...ticket, serial: 1, status: 'VALID' as const }
  })
  return await ctx.db
    .insert(tickets)
    .values(await Promise.all(rows))
    .returning()
}

/** Two events, because only the service that delivers the tickets may receive their codes. */
async function announce(
  ctx: Ctx,
  booking: BookingRow,
  { issued, lines }: { issued: TicketRow[]; lines: readonly BookingLineRow[] },
): Promise<void> {
  const { id: bookingId, reference, userId, partnerId, paymentId, currency } = booking
  const showing = await performanceSnapshot(ctx, booking.performanceId)
  const fact = { bookingId, reference, userId, partnerId, showing }
  const total = { amountMinor: booking.totalMinor, currency }
  await emit(ctx, 'booking.confirmed', {
    subject: bookingId,
    data: { ...fact, paymentId, total, ticketIds: issued.map((ticket) => ticket.id) },
  })
  const lineOf = new Map(lines.map((line) => [line.seatNumber, line]))
  const withSeats = issued.map(({ id: ticketId, code, seatNumber }) => {
    const line = lineOf.get(seatNumber) as BookingLineRow
    const { seatLabel: placeLabel, tierName, attendeeName } = line
    const money = (amountMinor: number) => ({ amountMinor, currency })
    const costs = {
      price: money(line.priceMinor),
      fee: money(line.feeMinor),
      tax: money(line.taxMinor + line.feeTaxMinor),
    }
    return { ticketId, code, placeLabel, tierName, attendeeName, ...costs }
  })
  const returns = (await returnTermsOf(ctx, booking)) ?? undefined
  const bookedFor = {
    startsAt: (booking.performanceStartsAt ?? new Date(showing.startsAt)).toISOString(),
    moveCount: booking.moveCount,
  }
  await emit(ctx, 'booking.ticketsIssued', {
    subject: bookingId,
    data: { ...fact, total, receipt: receiptOf(booking), returns, bookedFor, tickets: withSeats },
  })
}

function receiptOf({ totalMinor, feesMinor, taxMinor, currency }: BookingRow) {
  const money = (amountMinor: number) => ({ amountMinor, currency })
  return { seats: money(totalMinor - feesMinor), fees: money(feesMinor), tax: money(taxMinor) }
}
