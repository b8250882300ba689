import type { Payload } from '@tikitu/schema/events/registry'
import { and, eq, inArray, ne, sql, sum } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { CancellationRow } from '../../db/tables/bookings.ts'
import { type BookingRow, bookingLines, bookings, cancellations } from '../../db/tables/bookings.ts'
import { type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { emit } from '../../emit.ts'
import { refundOfLine } from '../catalogue/cancellation-policy.ts'
import { performanceSnapshot } from '../catalogue/performance-snapshot.ts'
import { freeSeats } from '../inventory/free-seats.ts'
import { linesOf } from './lock-booking.ts'
import { type EntitledLine, refundRoom, spreadRefund } from './refundable-amount.ts'

/** Tickets to void, and the terms. */
export interface VoidTicketsInput {
  tickets: readonly TicketRow[]
  /** The customer's reason, or an internal one of staff. */
  reason: string | null
  /** Message from staff or the organizer to the customer. */
  messageToCustomer: string | null
  cause: CancellationCause
  cancelledBy: string
  /** The approver, if one was needed. */
  approvedBy?: string | null
  /** Cancellation fee per ticket. */
  keptMinor: number
  /** The refund by staff that voids these tickets and sets the amount. */
  refund?: StaffRefund
}

export type CancellationCause = NonNullable<Payload<'booking.ticketsCancelled'>['cause']>

/** A refund that payment holds back until its tickets are void. */
export interface StaffRefund {
  refundId: string
  amountMinor: number
}

/**
 * Voids tickets of a booking, frees their seats, computes the refund and emits it. Runs in the transaction that locked the
 * booking, then the tickets, and found them valid.
 */
export async function voidTickets(ctx: Ctx, booking: BookingRow, voiding: VoidTicketsInput): Promise<CancellationRow> {
  const ticketIds = voiding.tickets.map((ticket) => ticket.id)
  const numbers = voiding.tickets.map((ticket) => ticket.seatNumber)
  const lines = (await linesOf(ctx, booking.id))
    .filter((line) => numbers.includes(line.seatNumber))
    .map((line) => ({ line, entitledMinor: refundOfLine(line, voiding.keptMinor) }))
  const cancellation = await insertCancellation(ctx, booking, { voiding, lines })
  await endLines(ctx, cancellation, lines)
  await ctx.db.update(tickets).set({ status: 'VOID', voidedAt: ctx.now() }).where(inArray(tickets.id, ticketIds))
  await freeSeats(ctx, { performanceId: booking.performanceId, holdId: booking.holdId, numbers })
  const isWhole = await endBooking(ctx, booking)
  const placeLabels = lines.map(({ line }) => line.seatLabel)
  await announce(ctx, booking, { cancellation, placeLabels, ticketIds, isWhole, cause: voiding.cause })
  return cancellation
}

interface VoidedTickets {
  voiding: VoidTicketsInput
  lines: readonly EntitledLine[]
}

async function insertCancellation(ctx: Ctx, booking: BookingRow, ending: VoidedTickets): Promise<CancellationRow> {
  const { reason, messageToCustomer, cancelledBy, cause, approvedBy = null, refund } = ending.voiding
  const amounts = await amountsOf(ctx, booking, ending)
  const isDecided = refund !== undefined || amounts.entitledMinor === 0
  const [cancellation] = await ctx.db
    .insert(cancellations)
    .values({
      ...amounts,
      id: ctx.newId('cnl'),
      bookingId: booking.id,
      reason,
      messageToCustomer,
      cancelledBy,
      approvedBy,
      isByStaff: cause !== 'CUSTOMER',
      refundId: refund?.refundId ?? null,
      createdAt: ctx.now(),
      refundDecidedAt: isDecided ? ctx.now() : null,
    })
    .returning()
  return cancellation as CancellationRow
}

/** The lines cost the entitled amount plus the fee. Earlier refunds reduce the refund, not the entitled amount. */
async function amountsOf(ctx: Ctx, booking: BookingRow, { voiding, lines }: VoidedTickets) {
  const paidMinor = lines.reduce((sum, { line }) => sum + line.priceMinor + line.feeMinor, 0)
  if (voiding.refund) {
    const { refundId, amountMinor: refundMinor } = voiding.refund
    const room = await refundRoom(ctx, booking, { feeMinor: 0, exceptRefundId: refundId })
    const feeMinor = Math.max(0, Math.min(paidMinor, room) - refundMinor)
    return { entitledMinor: paidMinor - feeMinor, refundMinor, feeMinor }
  }
  const entitledMinor = lines.reduce((sum, line) => sum + line.entitledMinor, 0)
  const feeMinor = paidMinor - entitledMinor
  const refundMinor = Math.min(entitledMinor, await refundRoom(ctx, booking, { feeMinor }))
  return { entitledMinor, refundMinor, feeMinor }
}

/** Stores the refund of each line of a cancellation. */
export async function endLines(
  ctx: Ctx,
  cancellation: Pick<CancellationRow, 'id' | 'refundMinor'>,
  lines: readonly EntitledLine[],
): Promise<void> {
  const shares = spreadRefund(lines, cancellation.refundMinor)
  for (const { line } of lines) {
    await ctx.db
      .update(bookingLines)
      .set({ cancellationId: cancellation.id, refundMinor: shares.get(line.seatNumber) ?? 0 })
      .where(and(eq(bookingLines.bookingId, line.bookingId), eq(bookingLines.seatNumber, line.seatNumber)))
  }
}

/** Returns whether no valid ticket is left. */
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

interface CancellationNotice {
  cancellation: CancellationRow
  placeLabels: string[]
  ticketIds: string[]
  isWhole: boolean
  cause: CancellationCause
}

async function announce(ctx: Ctx, booking: BookingRow, { cancellation, ...what }: CancellationNotice): Promise<void> {
  const { id: bookingId, reference, userId, partnerId, paymentId, currency } = booking
  const { id: cancellationId, cancelledBy, approvedBy, refundId } = cancellation
  const reason = cancellation.isByStaff ? cancellation.messageToCustomer : cancellation.reason
  const amounts = {
    refund: { amountMinor: cancellation.refundMinor, currency },
    entitled: { amountMinor: cancellation.entitledMinor, currency },
    keptInAll: { amountMinor: await feesOf(ctx, booking), currency },
  }
  const showing = await performanceSnapshot(ctx, booking.performanceId)
  const who = { cancellationId, reason, cancelledBy, approvedBy, refundId }
  await emit(ctx, 'booking.ticketsCancelled', {
    subject: bookingId,
    data: { bookingId, reference, userId, partnerId, showing, paymentId, ...what, ...who, ...amounts },
  })
}

/** The cancellation fees of a booking so far. */
async function feesOf(ctx: Ctx, { id }: BookingRow): Promise<number> {
  const [fees] = await ctx.db
    .select({ minor: sum(cancellations.feeMinor).mapWith(Number) })
    .from(cancellations)
    .where(eq(cancellations.bookingId, id))
  return fees?.minor ?? 0
}
