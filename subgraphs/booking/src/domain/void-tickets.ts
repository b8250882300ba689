import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import type { CancellationRow } from '../db/tables/bookings.ts'
import { type BookingLineRow, type BookingRow, bookingLines, bookings, cancellations } from '../db/tables/bookings.ts'
import { type TicketRow, tickets } from '../db/tables/tickets.ts'
import { emit } from '../emit.ts'
import { refundOfLine } from './cancellation-policy.ts'
import { freePlaces } from './free-places.ts'
import { linesOf } from './lock-booking.ts'
import { showingOf } from './showing.ts'

/** Tickets to end, and on which terms. */
export interface Voiding {
  tickets: readonly TicketRow[]
  reason: string | null
  cancelledBy: string
  isByStaff: boolean
  /** What is kept of each ticket. */
  keptMinor: number
}

/**
 * Ends tickets of a booking: their codes are void, their places free, and what goes back is fixed and told. For the
 * transaction that locked the booking, then the tickets, and found them live.
 */
export async function voidTickets(ctx: Ctx, booking: BookingRow, voiding: Voiding): Promise<CancellationRow> {
  const numbers = voiding.tickets.map((ticket) => ticket.placeNumber)
  const lines = (await linesOf(ctx, booking.id)).filter((line) => numbers.includes(line.placeNumber))
  const cancellation = await insertCancellation(ctx, booking, { voiding, lines })
  await endLines(ctx, cancellation, { lines, keptMinor: voiding.keptMinor })
  await ctx.db
    .update(tickets)
    .set({ status: 'VOID', voidedAt: ctx.now() })
    .where(
      inArray(
        tickets.id,
        voiding.tickets.map((ticket) => ticket.id),
      ),
    )
  await freePlaces(ctx, { performanceId: booking.performanceId, holdId: booking.holdId, numbers })
  const isWhole = await endBooking(ctx, booking)
  await announce(ctx, booking, { cancellation, lines, ticketIds: voiding.tickets.map((ticket) => ticket.id), isWhole })
  return cancellation
}

async function insertCancellation(
  ctx: Ctx,
  booking: BookingRow,
  { voiding, lines }: { voiding: Voiding; lines: readonly BookingLineRow[] },
): Promise<CancellationRow> {
  const { reason, cancelledBy, isByStaff, keptMinor } = voiding
  const refundMinor = lines.reduce((sum, line) => sum + refundOfLine(line, keptMinor), 0)
  const paidMinor = lines.reduce((sum, line) => sum + line.priceMinor + line.feeMinor, 0)
  const [cancellation] = await ctx.db
    .insert(cancellations)
    .values({
      id: ctx.newId('cnl'),
      bookingId: booking.id,
      reason,
      cancelledBy,
      isByStaff,
      refundMinor,
      feeMinor: paidMinor - refundMinor,
      createdAt: ctx.now(),
    })
    .returning()
  return cancellation as CancellationRow
}

async function endLines(
  ctx: Ctx,
  cancellation: CancellationRow,
  { lines, keptMinor }: { lines: readonly BookingLineRow[]; keptMinor: number },
): Promise<void> {
  for (const line of lines) {
    await ctx.db
      .update(bookingLines)
      .set({ cancellationId: cancellation.id, refundMinor: refundOfLine(line, keptMinor) })
      .where(and(eq(bookingLines.bookingId, line.bookingId), eq(bookingLines.placeNumber, line.placeNumber)))
  }
}

/** Answers whether no ticket of the booking is left. */
async function endBooking(ctx: Ctx, booking: BookingRow): Promise<boolean> {
  const live = await ctx.db.$count(tickets, and(eq(tickets.bookingId, booking.id), ne(tickets.status, 'VOID')))
  await ctx.db
    .update(bookings)
    .set({
      status: live === 0 ? 'CANCELLED' : 'PARTIALLY_CANCELLED',
      endedAt: live === 0 ? ctx.now() : null,
      version: sql`version + 1`,
    })
    .where(eq(bookings.id, booking.id))
  ctx.load.booking.clear(booking.id)
  return live === 0
}

interface Cancelled {
  cancellation: CancellationRow
  lines: readonly BookingLineRow[]
  ticketIds: string[]
  isWhole: boolean
}

async function announce(ctx: Ctx, booking: BookingRow, cancelled: Cancelled): Promise<void> {
  const { cancellation, lines, ticketIds, isWhole } = cancelled
  const { id: bookingId, reference, userId, partnerId, paymentId, currency } = booking
  const showing = await showingOf(ctx, booking.performanceId)
  const refund = { amountMinor: cancellation.refundMinor, currency }
  const placeLabels = lines.map((line) => line.placeLabel)
  const what = { cancellationId: cancellation.id, ticketIds, placeLabels, refund, reason: cancellation.reason, isWhole }
  await emit(ctx, 'booking.ticketsCancelled', {
    subject: bookingId,
    data: { bookingId, reference, userId, partnerId, showing, paymentId, ...what },
  })
}
