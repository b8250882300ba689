import { inTransaction } from '@tikitu/kit/db'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type BookingPaymentRow, type BookingRow, bookingPayments, bookings } from '../db/tables/bookings.ts'
import { emit } from '../emit.ts'
import { confirmBooking } from './confirm-booking.ts'
import { freePlaces } from './free-places.ts'
import { earlier } from './last-moment.ts'
import { linesOf, lockBooking } from './lock-booking.ts'
import { type LockedPerformance, lockPerformance } from './lock-performance.ts'
import { lockPlaceCount } from './place-limit.ts'
import { sellPlaces } from './sell-places.ts'
import { showingOf } from './showing.ts'

type Captured = Payload<'payment.captured'>
type Rejection = NonNullable<BookingPaymentRow['rejection']>

/**
 * Takes in that a payment was captured. It confirms its booking with its tickets, also when it came too late and the places
 * are still free and the performance can still be sold; or it is rejected, with a reason, and payment then gives all of it
 * back. Money is never kept in silence.
 * Once per payment, however often and at once it is told.
 */
export async function takeCapturedPayment(ctx: Ctx, captured: Captured): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const performance = await lockPerformance(ctx, await performanceIdOf(ctx, captured))
    const booking = (await lockBooking(ctx, captured.bookingId)) as BookingRow
    if (await isTaken(ctx, captured.paymentId)) return
    const lines = await linesOf(ctx, booking.id)
    const refusal = await whyRefused(ctx, booking, { captured, performance, count: lines.length })
    const sold = refusal ? null : await sellPlaces(ctx, booking)
    const rejection = sold ? null : (refusal ?? 'PLACES_TAKEN')
    await record(ctx, captured, rejection)
    if (sold) await confirmBooking(ctx, { booking, lines: sold, paymentId: captured.paymentId })
    if (rejection) await reject(ctx, booking, { captured, rejection, performance })
  })
}

async function performanceIdOf(ctx: Ctx, { bookingId, paymentId }: Captured): Promise<string> {
  const [known] = await ctx.db
    .select({ performanceId: bookings.performanceId })
    .from(bookings)
    .where(eq(bookings.id, bookingId))
  if (!known) throw new Error(`payment ${paymentId} is for booking ${bookingId}, which is unknown`)
  return known.performanceId
}

async function isTaken(ctx: Ctx, paymentId: string): Promise<boolean> {
  const taken = await ctx.db.select().from(bookingPayments).where(eq(bookingPayments.paymentId, paymentId))
  return taken.length > 0
}

/** A captured payment, and the performance and number of places that it is for. */
interface Paid {
  captured: Captured
  performance: LockedPerformance
  count: number
}

async function whyRefused(ctx: Ctx, booking: BookingRow, paid: Paid): Promise<Rejection | null> {
  const { captured, performance } = paid
  return (
    whyNotTaken(booking, captured, performance) ?? whyOver(ctx, booking, paid) ?? (await whyTooLate(ctx, booking, paid))
  )
}

/** Why a payment is not taken, as far as that can be said without a look at the places. */
function whyNotTaken(booking: BookingRow, { amount }: Captured, performance: LockedPerformance): Rejection | null {
  if (!isOpen(booking)) return whyClosed(booking)
  if (amount.amountMinor !== booking.totalMinor || amount.currency !== booking.currency) return 'AMOUNT_MISMATCH'
  return performance.status === 'CANCELLED' ? 'PERFORMANCE_CANCELLED' : null
}

function whyClosed({ status, confirmedAt }: BookingRow): Rejection {
  if (status === 'CONFIRMED' || status === 'PARTIALLY_CANCELLED') return 'ALREADY_PAID'
  return status === 'CANCELLED' && confirmedAt === null ? 'BOOKING_CANCELLED' : 'BOOKING_CLOSED'
}

/**
 * Nobody pays for what is over. The provider's clock decides, so that a report which reaches us late harms nobody; but once
 * the performance has ended, no ticket is of use any more. What a booking was promised when it was placed stays promised.
 */
function whyOver(ctx: Ctx, booking: BookingRow, { captured, performance }: Paid): Rejection | null {
  const { lastMoment, end, isEndKnown } = performance
  const promised = booking.expiresAt < lastMoment ? lastMoment : booking.expiresAt
  const isLate = new Date(captured.capturedAt) >= earlier(promised, end)
  return isLate || (isEndKnown && ctx.now() >= end) ? 'SALES_ENDED' : null
}

function isOpen(booking: BookingRow): boolean {
  return booking.status === 'AWAITING_PAYMENT' || booking.status === 'EXPIRED'
}

/** A lapsed booking left the customer's limit free for other places: those they have by now count first. */
async function whyTooLate(ctx: Ctx, booking: BookingRow, { performance, count }: Paid): Promise<Rejection | null> {
  if (booking.expiresAt > ctx.now()) return null
  const taken = await lockPlaceCount(ctx, booking.performanceId, booking.userId)
  return taken + count > performance.maxPlacesPerPerson ? 'PLACE_LIMIT_REACHED' : null
}

async function record(ctx: Ctx, captured: Captured, rejection: Rejection | null): Promise<void> {
  const { paymentId, bookingId, amount } = captured
  await ctx.db.insert(bookingPayments).values({
    paymentId,
    bookingId,
    amountMinor: amount.amountMinor,
    currency: amount.currency,
    capturedAt: new Date(captured.capturedAt),
    rejection,
  })
}

async function reject(
  ctx: Ctx,
  booking: BookingRow,
  { captured, rejection, performance }: { captured: Captured; rejection: Rejection; performance: LockedPerformance },
): Promise<void> {
  if (isOpen(booking)) await close(ctx, booking, rejection)
  const { id: bookingId, reference, userId, partnerId } = booking
  const showing = await showingOf(ctx, booking.performanceId)
  const { cancellationReason } = performance
  const refused = { paymentId: captured.paymentId, total: captured.amount, reason: rejection, cancellationReason }
  await emit(ctx, 'booking.rejected', {
    subject: bookingId,
    data: { bookingId, reference, userId, partnerId, showing, ...refused },
  })
}

/** A wrong amount is for people to look at; the places go back in any case, as their price does. */
async function close(ctx: Ctx, booking: BookingRow, rejection: Rejection): Promise<void> {
  await freePlaces(ctx, { performanceId: booking.performanceId, holdId: booking.holdId })
  const status = rejection === 'AMOUNT_MISMATCH' ? ('NEEDS_REVIEW' as const) : ('FAILED' as const)
  await ctx.db
    .update(bookings)
    .set({ status, endedAt: ctx.now(), version: sql`version + 1` })
    .where(eq(bookings.id, booking.id))
}
