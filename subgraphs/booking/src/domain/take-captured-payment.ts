import { inTransaction } from '@tikitu/kit/db'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type BookingPaymentRow, type BookingRow, bookingPayments, bookings } from '../db/tables/bookings.ts'
import { emit } from '../emit.ts'
import { confirmBooking } from './confirm-booking.ts'
import { freePlaces } from './free-places.ts'
import { linesOf, lockBooking } from './lock-booking.ts'
import { type LockedPerformance, lockPerformance } from './lock-performance.ts'
import { lockPlaceCount } from './place-limit.ts'
import { sellPlaces } from './sell-places.ts'
import { showingOf } from './showing.ts'

type Captured = Payload<'payment.captured'>
type Rejection = NonNullable<BookingPaymentRow['rejection']>

/**
 * Takes in that a payment was captured. It confirms its booking with its tickets, also when it came too late and the places
 * are still free; or it is rejected, with a reason, and payment then gives all of it back. Money is never kept in silence.
 * Once per payment, however often and at once it is told.
 */
export async function takeCapturedPayment(ctx: Ctx, captured: Captured): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const [known] = await ctx.db
      .select({ performanceId: bookings.performanceId })
      .from(bookings)
      .where(eq(bookings.id, captured.bookingId))
    if (!known) throw new Error(`payment ${captured.paymentId} is for booking ${captured.bookingId}, which is unknown`)
    const performance = await lockPerformance(ctx, known.performanceId)
    const booking = (await lockBooking(ctx, captured.bookingId)) as BookingRow
    if (await isTaken(ctx, captured.paymentId)) return
    const lines = await linesOf(ctx, booking.id)
    const rejection =
      whyNotTaken(booking, captured, performance) ??
      (await whyTooLate(ctx, booking, { performance, count: lines.length })) ??
      ((await sellPlaces(ctx, booking)) ? null : 'PLACES_TAKEN')
    await record(ctx, captured, rejection)
    if (rejection) await reject(ctx, booking, { captured, rejection })
    else await confirmBooking(ctx, { booking, lines, paymentId: captured.paymentId })
  })
}

async function isTaken(ctx: Ctx, paymentId: string): Promise<boolean> {
  const taken = await ctx.db.select().from(bookingPayments).where(eq(bookingPayments.paymentId, paymentId))
  return taken.length > 0
}

/** Why a payment is not taken, as far as that can be said without a look at the places. */
function whyNotTaken(booking: BookingRow, { amount }: Captured, performance: LockedPerformance): Rejection | null {
  if (!isOpen(booking)) return 'BOOKING_CLOSED'
  if (amount.amountMinor !== booking.totalMinor || amount.currency !== booking.currency) return 'AMOUNT_MISMATCH'
  return performance.status === 'CANCELLED' ? 'PERFORMANCE_CANCELLED' : null
}

function isOpen(booking: BookingRow): boolean {
  return booking.status === 'AWAITING_PAYMENT' || booking.status === 'EXPIRED'
}

/** A lapsed booking left the customer's limit free for other places: those they have by now count first. */
async function whyTooLate(
  ctx: Ctx,
  booking: BookingRow,
  { performance, count }: { performance: LockedPerformance; count: number },
): Promise<Rejection | null> {
  if (booking.expiresAt > ctx.now()) return null
  const taken = await lockPlaceCount(ctx, booking.performanceId, booking.userId)
  return taken + count > performance.maxPlacesPerPerson ? 'BOOKING_CLOSED' : null
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
  { captured, rejection }: { captured: Captured; rejection: Rejection },
): Promise<void> {
  if (isOpen(booking)) await close(ctx, booking, rejection)
  const { id: bookingId, reference, userId, partnerId } = booking
  const showing = await showingOf(ctx, booking.performanceId)
  const refused = { paymentId: captured.paymentId, total: captured.amount, reason: rejection }
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
