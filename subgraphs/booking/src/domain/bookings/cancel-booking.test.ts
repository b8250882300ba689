import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import {
  asService,
  bookingRow,
  bought,
  captured,
  eventsAbout,
  held,
  member,
  placed,
  ticketsOf,
} from '../../../test/purchases.ts'
import { BookingPaid } from '../../errors.ts'
import { releaseHold } from '../inventory/release-hold.ts'
import { applyCapturedPayment } from './apply-captured-payment.ts'
import { cancelBooking } from './cancel-booking.ts'
import { expireBookings } from './expire-bookings.ts'
import { quoteOf } from './quote.ts'

const database = useDatabase(migrations)

test('frees the seats immediately, no longer counts them, and tells payment not to charge', async () => {
  const hall = await house(database, { maxSeatsPerPerson: 2 })
  const { ctx, booking } = await placed(database, hall)
  const cancelled = await cancelBooking(ctx, { bookingId: booking.id })
  expect(cancelled).toMatchObject({ status: 'CANCELLED', endedAt: ctx.now() })
  expect(await takenSeats(database, hall.performance.id)).toEqual([])
  await held(ctx, hall, 5, 6)
  await held(ctxOf(database), hall, 0, 1)
  expect(await quoteOf(ctx, cancelled)).toBeNull()
  expect((await eventsAbout(database, booking.id)).map((event) => event.type)).toEqual([
    'tikitu.booking.placed.v1',
    'tikitu.booking.expired.v1',
  ])
})

test('is idempotent, emits one event, and leaves ended bookings unchanged', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const outcomes = await Promise.all([1, 2, 3].map(() => cancelBooking(ctx, { bookingId: booking.id })))
  expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('CANCELLED'))
  await expireBookings(later(ctx, 20))
  expect(await eventsAbout(database, booking.id)).toHaveLength(2)
  const lapsed = await placed(database, hall, { numbers: [4] })
  await cancelBooking(later(lapsed.ctx, 10), { bookingId: lapsed.booking.id })
  expect(await bookingRow(database, lapsed.booking.id)).toMatchObject({ status: 'AWAITING_PAYMENT' })
})

test('refuses a paid booking, which has tickets to give back', async () => {
  const hall = await house(database)
  const { ctx, booking } = await bought(database, hall)
  await expect(cancelBooking(ctx, { bookingId: booking.id })).rejects.toThrow(BookingPaid)
  const free = await house(database, { feeMinor: 0 })
  await database.db.execute(`update price_tiers set price_minor = 0 where performance_id = '${free.performance.id}'`)
  const gift = await placed(database, free)
  await expect(cancelBooking(gift.ctx, { bookingId: gift.booking.id })).rejects.toThrow(BookingPaid)
})

test("knows nobody else's booking: not a stranger's, nor one that somebody may only look at", async () => {
  const hall = await house(database, { partnerId: 'ptr_members' })
  const { booking } = await placed(database, hall)
  for (const viewer of [testUser(), testStaff(), await member(database, hall, 'OWNER')]) {
    await expect(cancelBooking(ctxOf(database, viewer), { bookingId: booking.id })).rejects.toThrow(NotFound)
  }
  await expect(cancelBooking(ctxOf(database), { bookingId: 'bkg_none' })).rejects.toThrow(NotFound)
})

test('sends back in full what was captured all the same, and says why', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  await cancelBooking(ctx, { bookingId: booking.id })
  const payment = captured(booking)
  await applyCapturedPayment(asService(ctx), payment)
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CANCELLED' })
  expect((await eventsAbout(database, booking.id)).at(-1)).toMatchObject({
    type: 'tikitu.booking.rejected.v1',
    data: { reason: 'BOOKING_CANCELLED', paymentId: payment.paymentId, total: payment.amount },
  })
})

test('when giving up and paying race, the customer has tickets or gets the money back, and never both or neither', async () => {
  const hall = await house(database, { seats: 40, maxSeatsPerPerson: 40 })
  for (let round = 0; round < 10; round++) {
    const { ctx, booking } = await placed(database, hall, { numbers: [round * 2, round * 2 + 1] })
    const [given] = await Promise.allSettled([
      cancelBooking(ctx, { bookingId: booking.id }),
      applyCapturedPayment(asService(ctx), captured(booking)),
    ])
    const tickets = await ticketsOf(database, booking.id)
    const rejected = (await eventsAbout(database, booking.id)).filter((event) => event.type.includes('rejected'))
    expect([tickets.length, rejected.length]).toEqual(given.status === 'fulfilled' ? [0, 1] : [2, 0])
  }
})

test('releaseHold names the mutation for seats that are in an unpaid booking', async () => {
  const hall = await house(database)
  const { ctx, hold } = await placed(database, hall)
  const refusal = await releaseHold(ctx, { holdId: hold.id }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(InvalidState)
  expect(String(refusal)).toContain('cancelBooking')
})
