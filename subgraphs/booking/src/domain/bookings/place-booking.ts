import { InvalidInput } from '@tikitu/kit/base/errors'
import { lineProblem } from '@tikitu/kit/base/line-text'
import type { Money } from '@tikitu/kit/base/money'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingLineRow, type BookingRow, bookingLines, bookings } from '../../db/tables/bookings.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { type HoldRow, holds } from '../../db/tables/inventory.ts'
import { emit } from '../../emit.ts'
import { HoldNotActive, PerformanceMoved } from '../../errors.ts'
import { lockPerformanceForShare } from '../catalogue/lock-performance-for-share.ts'
import { type PerformanceOnSale, requireOnSale } from '../catalogue/require-on-sale.ts'
import { requireShownPrice } from '../catalogue/shown-prices.ts'
import { bookClaimedSeats } from '../inventory/book-claimed-seats.ts'
import { extendSeats, type ReservedSeat } from '../inventory/book-seats.ts'
import { holdStatusAt, lockHold } from '../inventory/get-hold.ts'
import { earlier, requireActiveUser } from '../on-sale.ts'
import { confirmBooking } from './confirm-booking.ts'
import { requireBooking } from './get-booking.ts'
import { priceLine, sumLines } from './price-lines.ts'
import { newReference } from './reference.ts'

export interface PlaceBookingInput {
  holdId: string
  /** The new date that the customer accepts, if the performance was moved. */
  acceptedStartsAt?: Date | null
  attendees?: readonly { seatNumber: number; name: string }[] | null
  expectedTotal?: Money | null
  idempotencyKey?: string | null
}

/**
 * Minimum time to pay, even for a booking placed in the last minute of a hold. It never exceeds the payment deadline of the
 * performance.
 */
export const paymentMinutes = 10

const maxNameLength = 120

/**
 * Books all seats of the caller's hold at fixed prices, and reserves them until the payment deadline. A free booking is confirmed
 * immediately.
 * @throws {NotFound | HoldNotActive | NotOnSale | PerformanceMoved | PriceChanged | UserSuspended}
 * @throws {IdempotencyConflict | InvalidInput}
 */
export async function placeBooking(ctx: Ctx, input: PlaceBookingInput): Promise<BookingRow> {
  return await idempotent(
    ctx,
    { operation: 'placeBooking', input },
    {
      authorize: requireActiveUser,
      load: requireBooking,
      act: async (ctx) => {
        const { hold, performance } = await lockBookable(ctx, input)
        const expiresAt = paymentDeadline(hold, performance, ctx.now())
        const kept = await extendSeats(ctx, hold, expiresAt)
        requireShownPrice({ hold, performance, places: kept, expectedTotal: input.expectedTotal })
        const attendees = readAttendees(input.attendees ?? [], kept)
        await consume(ctx, hold)
        const booking = await insertBooking(ctx, { hold, performance, expiresAt, kept })
        const lines = await insertLines(ctx, { booking, performance, kept, attendees })
        if (booking.totalMinor > 0) return booking
        const sold = await bookClaimedSeats(ctx, booking)
        return await confirmBooking(ctx, { booking, lines: sold ?? lines, paymentId: null })
      },
    },
  )
}

/** The end of sales is reported first, because it makes the state of the hold irrelevant. */
async function lockBookable(
  ctx: Ctx,
  input: PlaceBookingInput,
): Promise<{ hold: HoldRow; performance: PerformanceOnSale }> {
  const hold = await lockHold(ctx, input.holdId)
  if (hold.status === 'CONSUMED' || hold.status === 'RELEASED') throw new HoldNotActive(hold.status)
  await lockPerformanceForShare(ctx, hold.performanceId)
  const performance = await requireOnSale(ctx, hold.performanceId, hold.createdAt)
  if (holdStatusAt(hold, ctx.now()) !== 'ACTIVE') throw new HoldNotActive('EXPIRED')
  requireKnownDate(hold, performance, input)
  return { hold, performance }
}

/** A customer who held seats before a move has to accept the new date. @throws {PerformanceMoved} */
function requireKnownDate(hold: HoldRow, performance: PerformanceRow, { acceptedStartsAt }: PlaceBookingInput): void {
  if (hold.moveCount === performance.moveCount) return
  if (acceptedStartsAt?.getTime() === performance.startsAt.getTime()) return
  throw new PerformanceMoved(performance.startsAt)
}

function paymentDeadline(hold: HoldRow, { lastMoment }: PerformanceOnSale, now: Date): Date {
  const wanted = new Date(Math.max(hold.expiresAt.getTime(), now.getTime() + paymentMinutes * 60_000))
  return earlier(wanted, lastMoment)
}

/** Attendee names by seat number. @throws {InvalidInput} */
function readAttendees(
  attendees: readonly { seatNumber: number; name: string }[],
  kept: readonly ReservedSeat[],
): Map<number, string> {
  const numbers = new Set(kept.map((place) => place.number))
  const names = new Map<number, string>()
  for (const { seatNumber, name } of attendees) {
    const trimmed = name.trim()
    if (!numbers.has(seatNumber)) throw badAttendees(`seat ${seatNumber} is not in this hold`)
    if (names.has(seatNumber)) throw badAttendees(`seat ${seatNumber} is listed twice`)
    if (trimmed === '' || trimmed.length > maxNameLength)
      throw badAttendees(`a name must be 1 to ${maxNameLength} characters`)
    const problem = lineProblem(trimmed)
    if (problem) throw badAttendees(`the name for seat ${seatNumber} ${problem}`)
    names.set(seatNumber, trimmed)
  }
  return names
}

function badAttendees(message: string): InvalidInput {
  return new InvalidInput([{ field: 'attendees', message }])
}

async function consume(ctx: Ctx, hold: HoldRow): Promise<void> {
  await ctx.db.update(holds).set({ status: 'CONSUMED', endedAt: ctx.now() }).where(eq(holds.id, hold.id))
  ctx.load.hold.clear(hold.id)
}

interface NewBooking {
  hold: HoldRow
  performance: PerformanceRow
  expiresAt: Date
  kept: readonly ReservedSeat[]
}

/** Retries with another reference in the rare case of a collision. */
async function insertBooking(ctx: Ctx, { hold, performance, expiresAt, kept }: NewBooking): Promise<BookingRow> {
  const amounts = sumLines(kept.map((place) => priceLine(performance, place)))
  const values = {
    id: ctx.newId('bkg'),
    holdId: hold.id,
    performanceId: performance.id,
    partnerId: performance.partnerId,
    userId: hold.userId,
    status: 'AWAITING_PAYMENT' as const,
    currency: performance.currency,
    ...amounts,
    moveCount: performance.moveCount,
    performanceStartsAt: performance.startsAt,
    cancellationDeadlineHours: performance.cancellationDeadlineHours,
    cancellationFeeMinor: performance.cancellationFeeMinor,
    expiresAt,
    placedAt: ctx.now(),
  }
  for (;;) {
    const [booking] = await ctx.db
      .insert(bookings)
      .values({ ...values, reference: newReference() })
      .onConflictDoNothing({ target: bookings.reference })
      .returning()
    if (booking) return await announce(ctx, booking)
  }
}

async function announce(ctx: Ctx, booking: BookingRow): Promise<BookingRow> {
  const { id: bookingId, reference, userId, partnerId, performanceId } = booking
  const total = { amountMinor: booking.totalMinor, currency: booking.currency }
  const expiresAt = booking.expiresAt.toISOString()
  await emit(ctx, 'booking.placed', {
    subject: bookingId,
    data: { bookingId, reference, userId, partnerId, performanceId, total, expiresAt },
  })
  return booking
}

interface NewLines {
  booking: BookingRow
  performance: PerformanceRow
  kept: readonly ReservedSeat[]
  attendees: ReadonlyMap<number, string>
}

async function insertLines(ctx: Ctx, { booking, performance, kept, attendees }: NewLines): Promise<BookingLineRow[]> {
  const rows = kept.map((place) => ({
    bookingId: booking.id,
    seatNumber: place.number,
    seatLabel: place.label,
    tierId: place.tierId,
    tierName: place.tierName,
    attendeeName: attendees.get(place.number) ?? null,
    ...priceLine(performance, place),
  }))
  return await ctx.db.insert(bookingLines).values(rows).returning()
}
