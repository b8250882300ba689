import { IdempotencyConflict, InvalidInput, NotFound, UserSuspended } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import { eventsAbout, held, holdRow, placed, placesOf, ticketsOf } from '../../../test/purchases.ts'
import { bookingLines } from '../../db/tables/bookings.ts'
import { performances, priceTiers } from '../../db/tables/catalogue.ts'
import { partners, users } from '../../db/tables/partners.ts'
import { HoldNotActive, NotOnSale, SeatsTaken } from '../../errors.ts'
import { holdSeats } from '../inventory/hold-seats.ts'
import { placeBooking } from './place-booking.ts'

const database = useDatabase(migrations)

async function linesOf(bookingId: string) {
  return await database.db
    .select()
    .from(bookingLines)
    .where(eq(bookingLines.bookingId, bookingId))
    .orderBy(bookingLines.seatNumber)
}

test('creates a booking from the hold, line by line, with fees and included tax', async () => {
  const hall = await house(database, { feeMinor: 100, feeBasisPoints: 250, taxBasisPoints: 900 })
  const ada = ctxOf(database)
  const seats = [
    { seatNumber: 3, tierId: hall.adult.id },
    { seatNumber: 4, tierId: hall.child.id },
  ]
  const hold = await holdSeats(ada, { performanceId: hall.performance.id, seats })
  const booking = await placeBooking(ada, { holdId: hold.id, attendees: [{ seatNumber: 4, name: ' Ida ' }] })
  expect(booking).toMatchObject({
    status: 'AWAITING_PAYMENT',
    reference: expect.stringMatching(/^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/),
    totalMinor: 5000 + 225 + 2500 + 163,
    feesMinor: 225 + 163,
    taxMinor: 413 + 206,
    currency: 'EUR',
  })
  expect(await linesOf(booking.id)).toMatchObject([
    { seatNumber: 3, tierName: 'Adult', attendeeName: null, priceMinor: 5000, feeMinor: 225, taxMinor: 413 },
    { seatNumber: 4, tierName: 'Child', attendeeName: 'Ida', priceMinor: 2500, feeMinor: 163, taxMinor: 206 },
  ])
  expect(await holdRow(database, hold.id)).toMatchObject({ status: 'CONSUMED' })
  expect(await eventsAbout(database, booking.id)).toMatchObject([{ type: 'tikitu.booking.placed.v1' }])
})

test('reserves the seats for at least ten more minutes, and frees them right after', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 5)
  const booking = await placeBooking(later(ada, 9), { holdId: hold.id })
  expect(booking.expiresAt).toEqual(later(ada, 19).now())
  await expect(held(later(ctxOf(database), 18.99), hall, 5)).rejects.toThrow(SeatsTaken)
  await held(later(ctxOf(database), 19), hall, 5)
})

test('keeps its prices when tiers and fees change', async () => {
  const hall = await house(database, { feeMinor: 100 })
  const { booking } = await placed(database, hall, { numbers: [1] })
  await database.db.update(priceTiers).set({ priceMinor: 1 }).where(eq(priceTiers.id, hall.adult.id))
  await database.db.update(performances).set({ feeMinor: 9 }).where(eq(performances.id, hall.performance.id))
  expect(await linesOf(booking.id)).toMatchObject([{ priceMinor: 5000, feeMinor: 100 }])
})

test('confirms at once what costs nothing, with its tickets', async () => {
  const hall = await house(database, { feeMinor: 100 })
  await database.db.update(priceTiers).set({ priceMinor: 0 }).where(eq(priceTiers.id, hall.adult.id))
  const { booking } = await placed(database, hall)
  expect(booking).toMatchObject({ status: 'CONFIRMED', totalMinor: 0, paymentId: null })
  expect(await ticketsOf(database, booking.id)).toHaveLength(2)
  expect((await placesOf(database, hall)).slice(0, 2)).toMatchObject([{ status: 'SOLD' }, { status: 'SOLD' }])
  const types = (await eventsAbout(database, booking.id)).map((event) => event.type)
  expect(types).toEqual(['tikitu.booking.placed.v1', 'tikitu.booking.confirmed.v1', 'tikitu.booking.ticketsIssued.v1'])
})

test('creates one booking per hold under repeated and concurrent requests', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1, 2)
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => placeBooking(ada, { holdId: hold.id })))
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({
    reason: { code: 'HOLD_NOT_ACTIVE', holdStatus: 'CONSUMED' },
  })
})

test('answers a repeated request with the same booking', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1)
  const input = { holdId: hold.id, idempotencyKey: 'once' }
  const [first, second] = await Promise.all([placeBooking(ada, input), placeBooking(ada, input)])
  expect(second?.id).toBe(first?.id)
  const other = { ...input, attendees: [{ seatNumber: 1, name: 'Ida' }] }
  await expect(placeBooking(ada, other)).rejects.toThrow(IdempotencyConflict)
})

test('refuses an expired hold, and one that lost a seat before it was locked', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1, 2)
  await expect(placeBooking(later(ada, 10), { holdId: hold.id })).rejects.toThrow(HoldNotActive)
  await held(later(ctxOf(database), 10), hall, 2)
  await expect(placeBooking(later(ada, 9.99), { holdId: hold.id })).rejects.toThrow(HoldNotActive)
  expect(await takenSeats(database, hall.performance.id)).toHaveLength(2)
})

test('refuses when the performance was cancelled or the partner may no longer sell', async () => {
  const hall = await house(database, { partnerId: 'ptr_stopped' })
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1)
  await database.db.update(partners).set({ canSell: false }).where(eq(partners.id, 'ptr_stopped'))
  await expect(placeBooking(ada, { holdId: hold.id })).rejects.toThrow(NotOnSale)
  const gone = await house(database)
  const bob = ctxOf(database)
  const second = await held(bob, gone, 1)
  await database.db.update(performances).set({ status: 'CANCELLED' }).where(eq(performances.id, gone.performance.id))
  await expect(placeBooking(bob, { holdId: second.id })).rejects.toThrow(NotOnSale)
  expect(await holdRow(database, second.id)).toMatchObject({ status: 'ACTIVE' })
})

test('books what was held in time, though sales have ended since', async () => {
  const hall = await house(database, { salesEndAt: new Date('2027-03-01T10:05:00Z') })
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1)
  expect(await placeBooking(later(ada, 6), { holdId: hold.id })).toMatchObject({ status: 'AWAITING_PAYMENT' })
})

test('books nothing for a suspended user', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1)
  await database.db.insert(users).values({ id: hold.userId, version: 1, status: 'SUSPENDED' })
  await expect(placeBooking(ada, { holdId: hold.id })).rejects.toThrow(UserSuspended)
})

test('refuses attendees of other seats, duplicates and empty names', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1)
  const name = 'Ida'
  for (const attendees of [
    [{ seatNumber: 2, name }],
    [{ seatNumber: 1, name: '  ' }],
    [{ seatNumber: 1, name: 'x'.repeat(121) }],
    [{ seatNumber: 1, name: 'I\u202eda' }],
    [{ seatNumber: 1, name: 'I\u200bda' }],
    [{ seatNumber: 1, name: 'Ida\u2028Eve' }],
    [
      { seatNumber: 1, name },
      { seatNumber: 1, name },
    ],
  ]) {
    await expect(placeBooking(ada, { holdId: hold.id, attendees })).rejects.toThrow(InvalidInput)
  }
  expect(await holdRow(database, hold.id)).toMatchObject({ status: 'ACTIVE' })
})

test("does not know somebody else's hold", async () => {
  const hall = await house(database)
  const hold = await held(ctxOf(database), hall, 4)
  await expect(placeBooking(ctxOf(database), { holdId: hold.id })).rejects.toThrow(NotFound)
})
