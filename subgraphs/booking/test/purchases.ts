import type { UserViewer, Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import type { CloudEvent } from '@tikitu/kit/messaging/cloud-event'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import type { Payload } from '@tikitu/schema/events/registry'
import { asc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../src/context.ts'
import { type BookingRow, bookings, type CancellationRow } from '../src/db/tables/bookings.ts'
import { type HoldRow, holds, type PlaceRow, places } from '../src/db/tables/inventory.ts'
import { partnerMembers } from '../src/db/tables/partners.ts'
import { type TicketRow, tickets } from '../src/db/tables/tickets.ts'
import { applyCapturedPayment } from '../src/domain/bookings/apply-captured-payment.ts'
import { type CancelTicketsInput, cancelTickets } from '../src/domain/bookings/cancel-tickets.ts'
import { placeBooking } from '../src/domain/bookings/place-booking.ts'
import { holdSeats } from '../src/domain/inventory/hold-seats.ts'
import type { PartnerRole } from '../src/domain/projections/partner-role.ts'
import { ctxOf, type House } from './factories.ts'

export interface Purchase {
  ctx: Ctx
  hold: HoldRow
  booking: BookingRow
  tickets: TicketRow[]
}

/** Places of the house, held at the adult price by that person. */
export async function held(ctx: Ctx, hall: House, ...numbers: number[]): Promise<HoldRow> {
  const seats = numbers.map((seatNumber) => ({ seatNumber, tierId: hall.adult.id }))
  return await holdSeats(ctx, { performanceId: hall.performance.id, seats })
}

/** A booking that waits for its payment. */
export async function placed(
  database: TestDatabase,
  hall: House,
  { viewer, numbers = [0, 1] }: { viewer?: Viewer; numbers?: number[] } = {},
): Promise<Omit<Purchase, 'tickets'>> {
  const ctx = ctxOf(database, viewer)
  const hold = await held(ctx, hall, ...numbers)
  return { ctx, hold, booking: await placeBooking(ctx, { holdId: hold.id }) }
}

/** A booking that was paid. */
export async function bought(
  database: TestDatabase,
  hall: House,
  options: { viewer?: Viewer; numbers?: number[] } = {},
): Promise<Purchase> {
  const { ctx, hold, booking } = await placed(database, hall, options)
  if (booking.status === 'AWAITING_PAYMENT') await applyCapturedPayment(asService(ctx), captured(booking))
  return { ctx, hold, booking: await bookingRow(database, booking.id), tickets: await ticketsOf(database, booking.id) }
}

/** The event of a regular payment of a booking. */
export function captured(
  booking: BookingRow,
  overrides: Partial<Payload<'payment.captured'>> = {},
): Payload<'payment.captured'> {
  const { id: bookingId, reference, userId, partnerId, totalMinor, currency } = booking
  const amount = { amountMinor: totalMinor, currency }
  const capturedAt = '2027-03-01T10:05:00.000Z'
  return { paymentId: newId('pay'), bookingId, reference, userId, partnerId, amount, capturedAt, ...overrides }
}

/** The event of a refund by staff, in progress unless overridden. */
export function refundState(
  booking: BookingRow,
  amountMinor: number,
  overrides: Partial<Payload<'payment.refundChanged'>> = {},
): Payload<'payment.refundChanged'> {
  const { id: bookingId, reference, userId, partnerId, paymentId, currency } = booking
  const refundId = overrides.refundId ?? newId('rfd')
  return {
    ...{ bookingId, reference, userId, partnerId, paymentId: paymentId ?? '', refundId, version: 1 },
    ...{ amount: { amountMinor, currency }, cause: 'STAFF', causeId: refundId, status: 'APPROVED' },
    ...{ requestedBy: 'usr_staff', approvedBy: null, tickets: 'NONE', messageToCustomer: null },
    ...overrides,
  }
}

/** A cancellation of tickets that needs no approval. */
export async function cancelledNow(ctx: Ctx, input: CancelTicketsInput): Promise<CancellationRow> {
  const outcome = await cancelTickets(ctx, input)
  if (!('refundMinor' in outcome)) throw new Error('it waits for a second person')
  return outcome
}

/** The same moment, with a service asking. */
export function asService(ctx: Ctx): Ctx {
  return { ...ctx, viewer: { kind: 'service', service: 'payment' } }
}

/** Somebody who works for the house's partner. */
export async function member(database: TestDatabase, hall: House, role: PartnerRole): Promise<UserViewer> {
  const viewer = testUser({ groups: ['user', 'partner'] })
  const { partnerId } = hall.performance
  await database.db.insert(partnerMembers).values({ partnerId, userId: viewer.userId, role })
  return viewer
}

export async function bookingRow(database: TestDatabase, id: string): Promise<BookingRow> {
  const [row] = await database.db.select().from(bookings).where(eq(bookings.id, id))
  return row as BookingRow
}

export async function holdRow(database: TestDatabase, id: string): Promise<HoldRow> {
  const [row] = await database.db.select().from(holds).where(eq(holds.id, id))
  return row as HoldRow
}

export async function ticketsOf(database: TestDatabase, bookingId: string): Promise<TicketRow[]> {
  return await database.db
    .select()
    .from(tickets)
    .where(eq(tickets.bookingId, bookingId))
    .orderBy(asc(tickets.seatNumber))
}

export async function placesOf(database: TestDatabase, hall: House): Promise<PlaceRow[]> {
  return await database.db
    .select()
    .from(places)
    .where(eq(places.performanceId, hall.performance.id))
    .orderBy(asc(places.number))
}

/** Events emitted about a subject: type and payload, once per event regardless of receivers. */
export async function eventsAbout(database: TestDatabase, subject: string) {
  const { rows } = await database.db.execute<{ event: CloudEvent }>(sql`
    select payload->'event' as event from graphile_worker._private_jobs
    where payload->'event'->>'subject' = ${subject} order by id`)
  const once = new Map(rows.map(({ event }) => [event.id, event]))
  return [...once.values()].map(({ type, data }) => ({ type, data: data as Record<string, unknown> }))
}

/** Everything that customers see of a booking. */
export const bookingById = /* GraphQL */ `
  query ($id: ID!) {
    booking(id: $id) {
      id status quote cancellableUntil ticketsFile { url } calendarFile { url } refundedTotal { amountMinor } refunds { amount { amountMinor } cause }
      cancellations { refund { amountMinor } lines { seatNumber } }
      tickets { id status code qrSvg qrFile { url } seatLabel tierName attendeeName }
    }
  }
`
