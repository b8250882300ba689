import { Forbidden, InvalidInput, InvalidState, NotFound } from '@tikitu/kit/errors'
import { idempotent } from '@tikitu/kit/idempotency'
import { isStaff } from '@tikitu/kit/viewer'
import { asc, eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type BookingRow, type CancellationRow, cancellations } from '../db/tables/bookings.ts'
import type { PerformanceRow } from '../db/tables/catalogue.ts'
import { performances } from '../db/tables/catalogue.ts'
import { type TicketRow, tickets } from '../db/tables/tickets.ts'
import { audit } from '../emit.ts'
import { CancellationClosed, TicketUsed } from '../errors.ts'
import { requireActiveUser } from './active-user.ts'
import {
  type CancellationPolicy,
  cancellationDeadline,
  cancellationFee,
  mayCancelAt,
  policyOf,
} from './cancellation-policy.ts'
import { isCustomer, requireBooking } from './get-booking.ts'
import { lockBooking } from './lock-booking.ts'
import { lockPerformance } from './lock-performance.ts'
import { hasPartnerRole } from './partner-role.ts'
import { requireNotBegun } from './took-place.ts'
import { voidTickets } from './void-tickets.ts'

export interface CancelTicketsInput {
  bookingId: string
  ticketIds: readonly string[]
  /** Of staff: for themselves. The customer never sees it. */
  reason?: string | null
  messageToCustomer?: string | null
  idempotencyKey?: string | null
}

/**
 * Gives tickets back, all of those named or none: their places are free and their codes void at once, and what goes back is
 * exact. The customer may until the deadline, less the fee, that the booking was placed on, and not with a ticket that was used;
 * managers of the partner and SUPPORT may until the performance begins, and in full.
 * @throws {NotFound | CancellationClosed | TicketUsed | InvalidState | InvalidInput}
 */
export async function cancelTickets(ctx: Ctx, input: CancelTicketsInput): Promise<CancellationRow> {
  requireDistinct(input.ticketIds)
  requireShort(input)
  return await idempotent(
    ctx,
    { operation: 'cancelTickets', input },
    {
      authorize: (ctx) => requireTerms(ctx, input.bookingId),
      load: loadCancellation,
      act: async (ctx, { userId, isByStaff, performanceId }) => {
        await lockPerformance(ctx, performanceId)
        const booking = (await lockBooking(ctx, input.bookingId)) as BookingRow
        const policy = policyOf(booking, await requirePerformance(ctx, booking))
        const live = await lockTickets(ctx, booking, input.ticketIds)
        requireUnused(live)
        if (isByStaff) requireNotBegun(policy, ctx.now())
        else requireInTime(policy, ctx.now())
        const cancellation = await voidTickets(ctx, booking, {
          tickets: live,
          reason: input.reason?.trim() || null,
          messageToCustomer: (isByStaff && input.messageToCustomer?.trim()) || null,
          cancelledBy: userId,
          cause: isByStaff ? 'STAFF' : 'CUSTOMER',
          keptMinor: cancellationFee(policy, isByStaff),
        })
        if (isByStaff) await record(ctx, booking, { cancellation, tickets: live })
        return cancellation
      },
    },
  )
}

function requireDistinct(ticketIds: readonly string[]): void {
  if (ticketIds.length === 0) throw new InvalidInput([{ field: 'ticketIds', message: 'name at least one ticket' }])
  if (new Set(ticketIds).size < ticketIds.length) {
    throw new InvalidInput([{ field: 'ticketIds', message: 'name each ticket once' }])
  }
}

/** They are kept, and told to other services or mailed. */
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

/** A customer's own booking is cancelled on a customer's terms, whoever else they are. @throws {NotFound | Forbidden} */
async function requireTerms(ctx: Ctx, bookingId: string): Promise<Terms> {
  const { userId } = await requireActiveUser(ctx)
  const booking = await requireBooking(ctx, bookingId)
  const { performanceId } = booking
  if (isCustomer(ctx, booking)) return { userId, isByStaff: false, performanceId }
  if (isStaff(ctx.viewer, 'SUPPORT') || (await hasPartnerRole(ctx, booking.partnerId, 'MANAGER'))) {
    return { userId, isByStaff: true, performanceId }
  }
  throw new Forbidden('This needs the role MANAGER with the partner, or SUPPORT on the staff.')
}

async function loadCancellation(ctx: Ctx, id: string): Promise<CancellationRow> {
  const [cancellation] = await ctx.db.select().from(cancellations).where(eq(cancellations.id, id))
  if (!cancellation) throw new NotFound('cancellation', id)
  return cancellation
}

async function requirePerformance(ctx: Ctx, booking: BookingRow): Promise<PerformanceRow> {
  const [performance] = await ctx.db.select().from(performances).where(eq(performances.id, booking.performanceId))
  return performance as PerformanceRow
}

/** The named tickets, locked, so that a scan at the door comes before this or after it. @throws {NotFound | InvalidState} */
async function lockTickets(ctx: Ctx, booking: BookingRow, ticketIds: readonly string[]): Promise<TicketRow[]> {
  const all = await ctx.db
    .select()
    .from(tickets)
    .where(eq(tickets.bookingId, booking.id))
    .orderBy(asc(tickets.id))
    .for('update')
  const named = ticketIds.map((id) => {
    const ticket = all.find((each) => each.id === id)
    if (!ticket) throw new NotFound('ticket', id)
    return ticket
  })
  const ended = named.filter((ticket) => ticket.status === 'VOID').map((ticket) => ticket.id)
  if (ended.length > 0) throw new InvalidState('A ticket was cancelled already: leave it out.', { ticketIds: ended })
  return named
}

/** Somebody was let in with a used ticket: its money never goes back in silence, whoever asks. @throws {TicketUsed} */
function requireUnused(named: readonly TicketRow[]): void {
  const used = named.filter((ticket) => ticket.status !== 'VALID').map((ticket) => ticket.id)
  if (used.length > 0) throw new TicketUsed(used)
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
