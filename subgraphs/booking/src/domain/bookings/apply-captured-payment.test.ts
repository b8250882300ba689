import { useDatabase } from '@tikitu/kit/testing/database/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import {
  asService,
  bookingRow,
  bought,
  captured,
  eventsAbout,
  held,
  placed,
  placesOf,
  ticketsOf,
} from '../../../test/purchases.ts'
import { bookingPayments } from '../../db/tables/bookings.ts'
import { performances } from '../../db/tables/catalogue.ts'
import { readTicketCode } from '../tickets/ticket-code.ts'
import { applyCapturedPayment } from './apply-captured-payment.ts'
import { cancelTickets } from './cancel-tickets.ts'
import { expireBookings } from './expire-bookings.ts'

const database = useDatabase(migrations)

async function paymentsOf(bookingId: string) {
  return await database.db.select().from(bookingPayments).where(eq(bookingPayments.bookingId, bookingId))
}

async function lastFact(bookingId: string) {
  return (await eventsAbout(database, bookingId)).at(-1)
}

test('confirms the booking: sells its seats, issues a ticket each, and emits both events', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const payment = captured(booking)
  await applyCapturedPayment(asService(ctx), payment)
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CONFIRMED', paymentId: payment.paymentId })
  expect(await placesOf(database, hall)).toMatchObject({
    0: { status: 'SOLD', holdId: booking.holdId, heldUntil: null },
    1: { status: 'SOLD', holdId: booking.holdId, heldUntil: null },
    2: { status: 'FREE' },
  })
  const tickets = await ticketsOf(database, booking.id)
  expect(tickets).toMatchObject([
    { seatNumber: 0, status: 'VALID', holderId: booking.userId, serial: 1 },
    { seatNumber: 1, status: 'VALID', holderId: booking.userId, serial: 1 },
  ])
  const [, confirmed, issued] = await eventsAbout(database, booking.id)
  expect(confirmed).toMatchObject({
    type: 'tikitu.booking.confirmed.v1',
    data: {
      paymentId: payment.paymentId,
      ticketIds: tickets.map((ticket) => ticket.id),
      total: { amountMinor: 10000 },
    },
  })
  expect(JSON.stringify(confirmed)).not.toContain(tickets[0]?.code)
  expect(issued).toMatchObject({
    type: 'tikitu.booking.ticketsIssued.v1',
    data: { tickets: [{ code: tickets[0]?.code, placeLabel: 'Stalls, row A, seat 1', tierName: 'Adult' }, {}] },
  })
})

test('signs a code for each ticket, and tells what it cost and until when it can be given back', async () => {
  const hall = await house(database, { cancellationDeadlineHours: 24, cancellationFeeMinor: 300 })
  const { ctx, booking, tickets } = await bought(database, hall, { numbers: [3] })
  const [ticket] = tickets
  const said = { ticketId: ticket?.id, performanceId: hall.performance.id, serial: 1 }
  expect(await readTicketCode(ctx, ticket?.code ?? '')).toEqual(said)
  const facts = await eventsAbout(database, booking.id)
  const [issued] = facts.filter(({ type }) => type.includes('ticketsIssued')).map(({ data }) => data)
  const { receipt, total, ...data } = issued as unknown as Payload<'booking.ticketsIssued'>
  expect(data.returns).toEqual({ until: '2027-05-31T18:00:00.000Z', kept: { amountMinor: 300, currency: 'EUR' } })
  const [{ price, fee, tax }] = data.tickets as [(typeof data.tickets)[number]]
  expect([price, fee, tax]).toEqual([receipt?.seats, receipt?.fees, receipt?.tax])
  expect(price.amountMinor + (fee?.amountMinor ?? 0)).toBe(total.amountMinor)
})

test('issues tickets once under repeated and concurrent deliveries of the payment', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const payment = captured(booking)
  await Promise.all([1, 2, 3, 4].map(() => applyCapturedPayment(asService(ctx), payment)))
  await applyCapturedPayment(asService(ctx), payment)
  expect(await ticketsOf(database, booking.id)).toHaveLength(2)
  expect(await paymentsOf(booking.id)).toMatchObject([{ rejection: null }])
  expect(await eventsAbout(database, booking.id)).toHaveLength(3)
})

test('confirms by one of two payments, and rejects the other', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const [first, second] = [captured(booking), captured(booking)]
  await Promise.all([applyCapturedPayment(asService(ctx), first), applyCapturedPayment(asService(ctx), second)])
  expect(await ticketsOf(database, booking.id)).toHaveLength(2)
  const payments = await paymentsOf(booking.id)
  expect(payments.map((payment) => payment.rejection).toSorted()).toEqual(['ALREADY_PAID', null])
  const refused = payments.find((payment) => payment.rejection)
  expect(await lastFact(booking.id)).toMatchObject({
    type: 'tikitu.booking.rejected.v1',
    data: { paymentId: refused?.paymentId, reason: 'ALREADY_PAID', total: { amountMinor: 10000 } },
  })
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CONFIRMED' })
})

test.each([
  ['its time is over', false],
  ['its end was written down', true],
])('confirms a payment that comes when %s, while nobody else has a place', async (_when, isSwept) => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  if (isSwept) await expireBookings(later(ctx, 30))
  await held(later(ctxOf(database), 30), hall, 5)
  await applyCapturedPayment(asService(later(ctx, 30)), captured(booking))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CONFIRMED', endedAt: null })
  expect(await ticketsOf(database, booking.id)).toHaveLength(2)
})

test('reclaims seats from a hold that has expired', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  await held(later(ctxOf(database), 15), hall, 1)
  await applyCapturedPayment(asService(later(ctx, 25)), captured(booking))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CONFIRMED' })
})

test('rejects a late payment when one of the seats is taken, and reserves none of them', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const next = await held(later(ctxOf(database), 15), hall, 1)
  const payment = captured(booking)
  await applyCapturedPayment(asService(later(ctx, 20)), payment)
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'FAILED' })
  expect(await ticketsOf(database, booking.id)).toEqual([])
  expect(await takenSeats(database, hall.performance.id)).toMatchObject([{ number: 1, holdId: next.id }])
  expect(await lastFact(booking.id)).toMatchObject({
    type: 'tikitu.booking.rejected.v1',
    data: { paymentId: payment.paymentId, reason: 'PLACES_TAKEN', total: payment.amount },
  })
})

test('rejects a late payment when the customer has reached the limit per person', async () => {
  const hall = await house(database, { maxSeatsPerPerson: 3 })
  const { ctx, booking } = await placed(database, hall)
  await held(later(ctx, 15), hall, 5, 6)
  await applyCapturedPayment(asService(later(ctx, 16)), captured(booking))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'FAILED' })
  expect(await lastFact(booking.id)).toMatchObject({ data: { reason: 'PLACE_LIMIT_REACHED' } })
})

test.each([
  ['amount', { amountMinor: 9999, currency: 'EUR' }],
  ['currency', { amountMinor: 10000, currency: 'USD' }],
])('rejects a payment of another %s that nobody took in place of the total', async (_what, amount) => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  await applyCapturedPayment(asService(ctx), captured(booking, { amount }))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'FAILED' })
  expect(await takenSeats(database, hall.performance.id)).toEqual([])
  expect(await lastFact(booking.id)).toMatchObject({ data: { reason: 'AMOUNT_MISMATCH', total: amount } })
})

test('rejects a payment for a performance that was cancelled meanwhile', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  await database.db.update(performances).set({ status: 'CANCELLED' }).where(eq(performances.id, hall.performance.id))
  await applyCapturedPayment(asService(ctx), captured(booking))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'FAILED' })
  expect(await lastFact(booking.id)).toMatchObject({ data: { reason: 'PERFORMANCE_CANCELLED' } })
})

test('rejects a payment for a booking whose tickets were all given back', async () => {
  const hall = await house(database, { cancellationDeadlineHours: 0 })
  const { ctx, booking, tickets } = await bought(database, hall)
  await cancelTickets(ctx, { bookingId: booking.id, ticketIds: tickets.map((ticket) => ticket.id) })
  await applyCapturedPayment(asService(ctx), captured(booking))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CANCELLED' })
  expect(await lastFact(booking.id)).toMatchObject({ data: { reason: 'BOOKING_CLOSED' } })
})

test('fails on a payment for an unknown booking, so that it is redelivered and noticed', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const unknown = captured(booking, { bookingId: 'bkg_unknown' })
  await expect(applyCapturedPayment(asService(ctx), unknown)).rejects.toThrow(/unknown/)
})
