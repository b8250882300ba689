import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingPaymentRow, type BookingRow, bookingPayments, bookings } from '../../db/tables/bookings.ts'
import { emit } from '../../emit.ts'
import { type LockedPerformance, lockPerformanceForShare } from '../catalogue/lock-performance-for-share.ts'
import { performanceSnapshot } from '../catalogue/performance-snapshot.ts'
import { bookClaimedSeats } from '../inventory/book-claimed-seats.ts'
import { lockHolder, seatsOfUser } from '../inventory/claim-seats.ts'
import { freeSeats } from '../inventory/free-seats.ts'
import { earlier } from '../on-sale.ts'
import { confirmBooking } from './confirm-booking.ts'
import { linesOf, lockBooking } from './lock-booking.ts'

type CapturedPayment = Payload<'payment.captured'>
type Rejection = NonNullable<BookingPaymentRow['rejection']>

/**
 * Applies a captured payment: it confirms the booking and issues its tickets, even when late, if the seats are still free and
 * the performance can still be sold. Otherwise it is rejected with a reason, and payment refunds it in full. Idempotent per
 * payment, also under concurrent deliveries.
 */
export async function applyCapturedPayment(ctx: Ctx, captured: CapturedPayment): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const performance = await lockPerformanceForShare(ctx, await performanceIdOf(ctx, captured))
    const booking = (await lockBooking(ctx, captured.bookingId)) as BookingRow
    if (await isTaken(ctx, captured.paymentId)) return
    const lines = await linesOf(ctx, booking.id)
    const refusal = await findRejection(ctx, booking, { captured, performance, count: lines.length })
    const sold = refusal ? null : await bookClaimedSeats(ctx, booking)
    const rejection = sold ? null : (refusal ?? 'PLACES_TAKEN')
    await record(ctx, captured, rejection)
    if (sold) await confirmBooking(ctx, { booking, lines: sold, paymentId: captured.paymentId })
    if (rejection) await reject(ctx, booking, { captured, rejection, performance })
  })
}

/**
 * Applies a captured payment that staff refused: the booking under review fails, its seats are freed, and `booking.rejected` is
 * sent. Idempotent per payment; a payment that has already confirmed its booking stays applied.
 */
export async function applyRefusedPayment(ctx: Ctx, refused: Payload<'payment.refused'>): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const known = await findPerformanceId(ctx, refused.bookingId)
    if (known === null) return
    const performance = await lockPerformanceForShare(ctx, known)
    const booking = (await lockBooking(ctx, refused.bookingId)) as BookingRow
    if (await isTaken(ctx, refused.paymentId)) return
    const captured = { ...refused, capturedAt: ctx.now().toISOString() }
    await record(ctx, captured, 'AMOUNT_MISMATCH')
    await reject(ctx, booking, { captured, rejection: 'AMOUNT_MISMATCH', performance })
  })
}

async function performanceIdOf(ctx: Ctx, { bookingId, paymentId }: CapturedPayment): Promise<string> {
  const known = await findPerformanceId(ctx, bookingId)
  if (known === null) throw new Error(`payment ${paymentId} is for booking ${bookingId}, which is unknown`)
  return known
}

async function findPerformanceId(ctx: Ctx, bookingId: string): Promise<string | null> {
  const [known] = await ctx.db
    .select({ performanceId: bookings.performanceId })
    .from(bookings)
    .where(eq(bookings.id, bookingId))
  return known?.performanceId ?? null
}

async function isTaken(ctx: Ctx, paymentId: string): Promise<boolean> {
  const taken = await ctx.db.select().from(bookingPayments).where(eq(bookingPayments.paymentId, paymentId))
  return taken.length > 0
}

/** A captured payment, with the performance and number of seats it is for. */
interface CaptureContext {
  captured: CapturedPayment
  performance: LockedPerformance
  count: number
}

async function findRejection(ctx: Ctx, booking: BookingRow, paid: CaptureContext): Promise<Rejection | null> {
  const { captured, performance } = paid
  return (
    findPaymentRejection(booking, captured, performance) ??
    findDeadlineRejection(ctx, booking, paid) ??
    (await findLimitRejection(ctx, booking, paid))
  )
}

/** The rejection that follows from the booking, the performance and the amount, without reading the seats. */
function findPaymentRejection(
  booking: BookingRow,
  captured: CapturedPayment,
  performance: LockedPerformance,
): Rejection | null {
  if (!isOpen(booking)) return rejectionOfClosed(booking)
  const due = captured.due ?? captured.amount
  if (due.amountMinor !== booking.totalMinor || due.currency !== booking.currency) return 'AMOUNT_MISMATCH'
  return performance.status === 'CANCELLED' ? 'PERFORMANCE_CANCELLED' : null
}

function rejectionOfClosed({ status, confirmedAt }: BookingRow): Rejection {
  if (status === 'CONFIRMED' || status === 'PARTIALLY_CANCELLED') return 'ALREADY_PAID'
  return status === 'CANCELLED' && confirmedAt === null ? 'BOOKING_CANCELLED' : 'BOOKING_CLOSED'
}

/**
 * The payment deadline, judged by the provider's capture time, so that late delivery of the event harms nobody. After the end of
 * the performance no payment is accepted. A deadline that was promised when the booking was placed still counts.
 */
function findDeadlineRejection(
  ctx: Ctx,
  booking: BookingRow,
  { captured, performance }: CaptureContext,
): Rejection | null {
  const { lastMoment, end, isEndKnown } = performance
  const promised = booking.expiresAt < lastMoment ? lastMoment : booking.expiresAt
  const isLate = new Date(captured.capturedAt) >= earlier(promised, end)
  return isLate || (isEndKnown && ctx.now() >= end) ? 'SALES_ENDED' : null
}

function isOpen(booking: BookingRow): boolean {
  return ['AWAITING_PAYMENT', 'EXPIRED', 'NEEDS_REVIEW'].includes(booking.status)
}

/** An expired booking no longer counted towards the customer's limit, so seats they have taken since count first. */
async function findLimitRejection(
  ctx: Ctx,
  booking: BookingRow,
  { performance, count }: CaptureContext,
): Promise<Rejection | null> {
  if (booking.expiresAt > ctx.now()) return null
  const taken = await lockSeatCount(ctx, booking.performanceId, booking.userId)
  return taken + count > performance.maxSeatsPerPerson ? 'PLACE_LIMIT_REACHED' : null
}

/** The user's number of seats, held or sold, locked against concurrent counts until the transaction ends. */
async function lockSeatCount(ctx: Ctx, performanceId: string, userId: string): Promise<number> {
  for (const lock of lockHolder({ userId, performanceId, clientKey: null })) await ctx.db.execute(lock)
  const { rows } = await ctx.db.execute<{ taken: number }>(sql`
    /* booking.lockSeatCount */
    select ${seatsOfUser} as taken
    from (select ${userId} as user_id, ${performanceId} as performance_id, ${ctx.now().toISOString()}::timestamptz as now) as request`)
  return rows[0]?.taken ?? 0
}

async function record(ctx: Ctx, captured: CapturedPayment, rejection: Rejection | null): Promise<void> {
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
  {
    captured,
    rejection,
    performance,
  }: { captured: CapturedPayment; rejection: Rejection; performance: LockedPerformance },
): Promise<void> {
  if (isOpen(booking)) await close(ctx, booking)
  const { id: bookingId, reference, userId, partnerId } = booking
  const showing = await performanceSnapshot(ctx, booking.performanceId)
  const { cancellationReason } = performance
  const refused = { paymentId: captured.paymentId, total: captured.amount, reason: rejection, cancellationReason }
  await emit(ctx, 'booking.rejected', {
    subject: bookingId,
    data: { bookingId, reference, userId, partnerId, showing, ...refused },
  })
}

/** Frees the seats of a rejected booking. */
async function close(ctx: Ctx, booking: BookingRow): Promise<void> {
  await freeSeats(ctx, { performanceId: booking.performanceId, holdId: booking.holdId })
  await ctx.db
    .update(bookings)
    .set({ status: 'FAILED', endedAt: ctx.now(), version: sql`version + 1` })
    .where(eq(bookings.id, booking.id))
}
