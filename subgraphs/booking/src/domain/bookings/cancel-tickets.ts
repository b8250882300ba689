import { isStaff } from '@tikitu/kit/auth/viewer'
import { Forbidden, InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingRow, bookings, type CancellationRow, cancellations } from '../../db/tables/bookings.ts'
import { type CancellationRequestRow, cancellationRequests } from '../../db/tables/cancellation-requests.ts'
import { type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { audit } from '../../emit.ts'
import { CancellationClosed, TicketAlreadyUsed } from '../../errors.ts'
import { needsSecondPerson } from '../cancellations/approval-limit.ts'
import { recordDirectCancellation, requestCancellation } from '../cancellations/cancellation-request.ts'
import {
  type CancellationPolicy,
  cancellationDeadline,
  cancellationFee,
  mayCancelAt,
  policyOf,
} from '../catalogue/cancellation-policy.ts'
import { requireNotBegun } from '../catalogue/has-begun.ts'
import { readPerformance } from '../catalogue/lock-catalogue.ts'
import { lockPerformanceForShare } from '../catalogue/lock-performance-for-share.ts'
import { performanceSnapshot } from '../catalogue/performance-snapshot.ts'
import { requireActiveUser } from '../on-sale.ts'
import { hasPartnerRole } from '../projections/partner-role.ts'
import { isCustomer, requireBooking } from './get-booking.ts'
import { linesOf, lockBooking } from './lock-booking.ts'
import { refundRoom } from './refundable-amount.ts'
import { voidTickets } from './void-tickets.ts'

export interface CancelTicketsInput {
  bookingId: string
  ticketIds: readonly string[]
  /** From staff it is internal: the customer never sees it. */
  reason?: string | null
  messageToCustomer?: string | null
  idempotencyKey?: string | null
}

/**
 * Cancels all of the named tickets, or none: their codes are void and their seats free immediately. Customers can cancel unused
 * tickets until the deadline, less the fee, by the terms at the time of the booking. Managers of the partner and SUPPORT can cancel
 * until the performance starts, with a full refund; above the limit a second person has to approve it.
 * @throws {CancellationClosed | TicketAlreadyUsed | Forbidden | IdempotencyConflict | InvalidInput | InvalidState | NotFound}
 */
export async function cancelTickets(ctx: Ctx, input: CancelTicketsInput): Promise<CancellationOutcome> {
  requireDistinct(input.ticketIds)
  requireShort(input)
  return await idempotent<Ctx, CancellationOutcome, Terms>(
    ctx,
    { operation: 'cancelTickets', input },
    {
      authorize: (ctx) => requireTerms(ctx, input.bookingId),
      load: loadOutcome,
      act: async (ctx, { userId, isByStaff, performanceId }) => {
        await lockPerformanceForShare(ctx, performanceId)
        const booking = (await lockBooking(ctx, input.bookingId)) as BookingRow
        const live = await lockTickets(ctx, booking, input.ticketIds)
        requireUnused(live)
        return isByStaff
          ? await cancelForOthers(ctx, { booking, live }, { ...wordsOf(input), requestedBy: userId })
          : await cancelOwn(ctx, { booking, live }, { ...wordsOf(input), userId })
      },
    },
  )
}

/** The cancellation, or the request that waits for approval. */
export type CancellationOutcome = CancellationRow | CancellationRequestRow

interface TicketSelection {
  booking: BookingRow
  live: readonly TicketRow[]
}

function wordsOf({ reason, messageToCustomer }: CancelTicketsInput) {
  return { reason: reason?.trim() || null, messageToCustomer: messageToCustomer?.trim() || null }
}

async function cancelOwn(
  ctx: Ctx,
  { booking, live }: TicketSelection,
  { reason, userId }: { reason: string | null; userId: string },
): Promise<CancellationRow> {
  const policy = policyOf(booking, await readPerformance(ctx, booking.performanceId))
  requireInTime(policy, ctx.now())
  const keptMinor = cancellationFee(policy, false)
  const who = { cancelledBy: userId, cause: 'CUSTOMER' as const }
  return await voidTickets(ctx, booking, { tickets: live, reason, messageToCustomer: null, keptMinor, ...who })
}

/** The reason and message of a cancellation by staff, and who approved it. */
interface Words {
  reason: string | null
  messageToCustomer: string | null
  requestedBy: string
  decidedBy?: string | null
}

/** Above the limit the tickets stay valid until a second person approves. @throws {InvalidState} */
async function cancelForOthers(ctx: Ctx, selection: TicketSelection, words: Words): Promise<CancellationOutcome> {
  const { booking, live } = selection
  requireNotBegun(await readPerformance(ctx, booking.performanceId), ctx.now())
  const ticketIds = live.map((ticket) => ticket.id)
  await requireNotWaiting(ctx, booking, ticketIds)
  const { id: subjectId, partnerId, currency } = booking
  const amounts = { [currency]: await refundableAmountOf(ctx, selection) }
  const details = { partnerId, kind: 'TICKETS' as const, subjectId, ticketIds, amounts, ...words }
  if (await needsSecondPerson(ctx, { ...details, bookingId: booking.id })) {
    const { eventTitle } = await performanceSnapshot(ctx, booking.performanceId)
    return await requestCancellation(ctx, details, eventTitle)
  }
  await recordDirectCancellation(ctx, details)
  return await endForOthers(ctx, selection, words)
}

async function endForOthers(ctx: Ctx, { booking, live }: TicketSelection, words: Words): Promise<CancellationRow> {
  const { reason, messageToCustomer, requestedBy, decidedBy } = words
  const cancellation = await voidTickets(ctx, booking, {
    ...{ tickets: live, reason, messageToCustomer, cause: 'STAFF', keptMinor: 0 },
    ...{ cancelledBy: requestedBy, approvedBy: decidedBy ?? null },
  })
  await record(ctx, booking, { cancellation, tickets: live })
  return cancellation
}

/**
 * Cancels the tickets of an approved request that are still valid. Returns whether there were any.
 * @throws {TicketAlreadyUsed | InvalidState}
 */
export async function cancelApprovedTickets(ctx: Ctx, request: CancellationRequestRow): Promise<boolean> {
  await lockPerformanceForShare(ctx, await performanceOf(ctx, request.subjectId))
  const booking = (await lockBooking(ctx, request.subjectId)) as BookingRow
  const all = await lockTicketsOf(ctx, booking)
  const live = all.filter((ticket) => request.ticketIds.includes(ticket.id) && ticket.status !== 'VOID')
  if (live.length === 0) return false
  requireUnused(live)
  requireNotBegun(await readPerformance(ctx, booking.performanceId), ctx.now())
  await endForOthers(ctx, { booking, live }, request)
  return true
}

async function performanceOf(ctx: Ctx, bookingId: string): Promise<string> {
  const isIt = eq(bookings.id, bookingId)
  const [booking] = await ctx.db.select({ performanceId: bookings.performanceId }).from(bookings).where(isIt)
  if (!booking) throw new NotFound('booking', bookingId)
  return booking.performanceId
}

/** The full refund of the tickets, without a fee. */
async function refundableAmountOf(ctx: Ctx, { booking, live }: TicketSelection): Promise<number> {
  const numbers = new Set(live.map((ticket) => ticket.seatNumber))
  const lines = (await linesOf(ctx, booking.id)).filter((line) => numbers.has(line.seatNumber))
  const paidMinor = lines.reduce((sum, line) => sum + line.priceMinor + line.feeMinor, 0)
  return Math.min(paidMinor, await refundRoom(ctx, booking, { feeMinor: 0 }))
}

/** @throws {InvalidState} when the cancellation of one of the tickets is already waiting for approval */
async function requireNotWaiting(ctx: Ctx, booking: BookingRow, ticketIds: readonly string[]): Promise<void> {
  const open = await ctx.db
    .select()
    .from(cancellationRequests)
    .where(and(eq(cancellationRequests.subjectId, booking.id), eq(cancellationRequests.status, 'REQUESTED')))
  if (!open.some((request) => request.ticketIds.some((id) => ticketIds.includes(id)))) return
  throw new InvalidState('The cancellation of one of these tickets is already waiting for approval.')
}

function requireDistinct(ticketIds: readonly string[]): void {
  if (ticketIds.length === 0)
    throw new InvalidInput([{ field: 'ticketIds', message: 'must contain at least one ticket' }])
  if (new Set(ticketIds).size < ticketIds.length) {
    throw new InvalidInput([{ field: 'ticketIds', message: 'must not contain duplicates' }])
  }
}

/** They are stored, sent to other services and mailed. */
function requireShort({ reason, messageToCustomer }: CancelTicketsInput): void {
  for (const [field, text] of Object.entries({ reason, messageToCustomer })) {
    if ((text ?? '').length > 500) throw new InvalidInput([{ field, message: 'must be at most 500 characters' }])
  }
}

interface Terms {
  userId: string
  isByStaff: boolean
  performanceId: string
}

/** Customer terms apply to the caller's own booking, even if they are also staff. @throws {NotFound | Forbidden} */
async function requireTerms(ctx: Ctx, bookingId: string): Promise<Terms> {
  const { userId } = await requireActiveUser(ctx)
  const booking = await requireBooking(ctx, bookingId)
  const { performanceId } = booking
  if (isCustomer(ctx, booking)) return { userId, isByStaff: false, performanceId }
  if (isStaff(ctx.viewer, 'SUPPORT') || (await hasPartnerRole(ctx, booking.partnerId, 'MANAGER'))) {
    return { userId, isByStaff: true, performanceId }
  }
  throw new Forbidden('This requires the role MANAGER at the partner, or the staff role SUPPORT.')
}

async function loadOutcome(ctx: Ctx, id: string): Promise<CancellationOutcome> {
  const [cancellation] = await ctx.db.select().from(cancellations).where(eq(cancellations.id, id))
  if (cancellation) return cancellation
  const [request] = await ctx.db.select().from(cancellationRequests).where(eq(cancellationRequests.id, id))
  if (!request) throw new NotFound('cancellation', id)
  return request
}

/** The named tickets, locked against concurrent scans. @throws {NotFound | InvalidState} */
async function lockTickets(ctx: Ctx, booking: BookingRow, ticketIds: readonly string[]): Promise<TicketRow[]> {
  const all = await lockTicketsOf(ctx, booking)
  const selection = ticketIds.map((id) => {
    const ticket = all.find((each) => each.id === id)
    if (!ticket) throw new NotFound('ticket', id)
    return ticket
  })
  const ended = selection.filter((ticket) => ticket.status === 'VOID').map((ticket) => ticket.id)
  if (ended.length > 0)
    throw new InvalidState('One of these tickets is already cancelled. Leave it out.', { ticketIds: ended })
  return selection
}

async function lockTicketsOf(ctx: Ctx, booking: BookingRow): Promise<TicketRow[]> {
  return await ctx.db
    .select()
    .from(tickets)
    .where(eq(tickets.bookingId, booking.id))
    .orderBy(asc(tickets.id))
    .for('update')
}

/** A used ticket is never refunded. @throws {TicketAlreadyUsed} */
function requireUnused(selection: readonly TicketRow[]): void {
  const used = selection.filter((ticket) => ticket.status !== 'VALID').map((ticket) => ticket.id)
  if (used.length > 0) throw new TicketAlreadyUsed(used)
}

/** @throws {CancellationClosed} */
function requireInTime(policy: CancellationPolicy, now: Date): void {
  if (!mayCancelAt(policy, now)) throw new CancellationClosed(cancellationDeadline(policy))
}

async function record(
  ctx: Ctx,
  booking: BookingRow,
  { cancellation, tickets: ended }: { cancellation: CancellationRow; tickets: readonly TicketRow[] },
): Promise<void> {
  const refund = { amountMinor: cancellation.refundMinor, currency: booking.currency }
  await audit(ctx, {
    action: 'cancelTickets',
    subjectType: 'Booking',
    subjectId: booking.id,
    partnerId: booking.partnerId,
    reason: cancellation.reason,
    changes: { cancellationId: cancellation.id, ticketIds: ended.map((ticket) => ticket.id), refund },
  })
}
