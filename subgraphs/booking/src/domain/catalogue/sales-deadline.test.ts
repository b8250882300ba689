import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import * as jose from 'jose'
import { expect, test } from 'vitest'
import { ctxOf, type House, house, later, migrations, openingDay, takenSeats } from '../../../test/factories.ts'
import {
  asService,
  bookingRow,
  captured,
  eventsAbout,
  held,
  holdRow,
  placed,
  ticketsOf,
} from '../../../test/purchases.ts'
import { performances } from '../../db/tables/catalogue.ts'
import { HoldLimitReached, HoldNotActive, NotOnSale } from '../../errors.ts'
import { applyCapturedPayment } from '../bookings/apply-captured-payment.ts'
import { expireBookings } from '../bookings/expire-bookings.ts'
import { placeBooking } from '../bookings/place-booking.ts'
import { quoteOf } from '../bookings/quote.ts'
import { expireHolds } from '../inventory/expire-holds.ts'
import { extendHold } from '../inventory/extend-hold.ts'
import { holdBestAvailable } from '../inventory/hold-best-available.ts'

const database = useDatabase(migrations)

const inMinutes = (minutes: number): Date => new Date(openingDay.getTime() + minutes * 60_000)

/** A performance of half an hour that starts in four minutes: on sale for three more minutes, payable for eight. */
async function endingSoon(overrides: Parameters<typeof house>[1] = {}): Promise<House> {
  const times = { startsAt: inMinutes(4), endsAt: inMinutes(8), salesEndAt: inMinutes(3) }
  return await house(database, { ...times, ...overrides })
}

test('no kind of hold outlasts the end of the performance', async () => {
  const hall = await endingSoon()
  const ada = ctxOf(database)
  expect(await held(ada, hall, 0)).toMatchObject({ expiresAt: inMinutes(8) })
  const tiers = [{ tierId: hall.adult.id, count: 2 }]
  const chosen = await holdBestAvailable(ada, { performanceId: hall.performance.id, tiers })
  expect(chosen).toMatchObject({ expiresAt: inMinutes(8) })
  expect(await holdRow(database, chosen.id)).toMatchObject({ expiresAt: inMinutes(8) })
  for (const place of await takenSeats(database, hall.performance.id)) expect(place.heldUntil).toEqual(inMinutes(8))
})

test('where no end is known, nothing is kept, booked or sold beyond the beginning', async () => {
  const hall = await endingSoon({ endsAt: null, salesEndAt: inMinutes(60) })
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 0)
  expect(hold.expiresAt).toEqual(inMinutes(4))
  await expect(held(later(ada, 4), hall, 1)).rejects.toThrow(NotOnSale)
  await expect(placeBooking(later(ada, 4), { holdId: hold.id })).rejects.toThrow(NotOnSale)
})

test('what was held in time is booked and paid for ten minutes after the end of sales, or as long as is configured', async () => {
  const hall = await endingSoon({ startsAt: inMinutes(300), endsAt: null })
  const ada = ctxOf(database)
  const hold = await held(later(ada, 2), hall, 0)
  expect(hold.expiresAt).toEqual(inMinutes(12))
  const booking = await placeBooking(later(ada, 5), { holdId: hold.id })
  expect(booking.expiresAt).toEqual(inMinutes(13))
  const quote = jose.decodeJwt((await quoteOf(later(ada, 5), booking)) ?? '')
  expect(quote.exp).toBe(inMinutes(13).getTime() / 1000)
  const [key, scope] = ['booking.salesGraceMinutes', hall.performance.partnerId]
  await applyConfigChange(ada, { key, scope, value: 5, version: 1 })
  expect(await held(ctxOf(database), hall, 1)).toMatchObject({ expiresAt: inMinutes(8) })
  await applyConfigChange(ada, { key, scope, value: null, version: 2 })
})

test('a hold is not extended beyond the last moment', async () => {
  const hall = await endingSoon()
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 0)
  await expect(extendHold(later(ada, 2), { holdId: hold.id })).rejects.toThrow(HoldLimitReached)
  const late = await endingSoon({ startsAt: inMinutes(300), endsAt: null })
  const second = await held(ada, late, 0)
  expect(await extendHold(later(ada, 5), { holdId: second.id })).toMatchObject({ expiresAt: inMinutes(13) })
})

test('nothing is booked after the last moment, whether or not the hold was swept', async () => {
  const hall = await endingSoon()
  const [ada, bob] = [ctxOf(database), ctxOf(database)]
  const [first, second] = [await held(ada, hall, 0), await held(bob, hall, 1)]
  await expect(placeBooking(later(ada, 9), { holdId: first.id })).rejects.toThrow(NotOnSale)
  await expireHolds(later(ada, 9))
  await expect(placeBooking(later(bob, 9), { holdId: second.id })).rejects.toThrow(NotOnSale)
  expect(await takenSeats(database, hall.performance.id)).toEqual([])
})

test('a hold that expires before the payment deadline has ended, although sales have not', async () => {
  const hall = await endingSoon({ startsAt: inMinutes(300), endsAt: null, salesEndAt: inMinutes(200) })
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 0)
  await expect(placeBooking(later(ada, 11), { holdId: hold.id })).rejects.toThrow(HoldNotActive)
})

test.each([
  ['after the last moment, and told at once', 13, 14],
  ['after the last moment, while the booking is swept', 13, 60],
])('a payment that is captured %s goes back', async (_when, capturedAt, toldAt) => {
  const hall = await endingSoon({ startsAt: inMinutes(300), endsAt: null })
  const { ctx, booking } = await placed(database, hall)
  if (toldAt > 20) await expireBookings(later(ctx, toldAt))
  const payment = captured(booking, { capturedAt: inMinutes(capturedAt).toISOString() })
  await applyCapturedPayment(asService(later(ctx, toldAt)), payment)
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'FAILED' })
  expect(await ticketsOf(database, booking.id)).toEqual([])
  expect((await eventsAbout(database, booking.id)).at(-1)).toMatchObject({
    type: 'tikitu.booking.rejected.v1',
    data: { reason: 'SALES_ENDED', total: payment.amount },
  })
})

test('a payment captured in time confirms when delivered late, but not after the performance', async () => {
  const hall = await endingSoon({ endsAt: inMinutes(60), salesEndAt: inMinutes(3) })
  const [one, other] = [await placed(database, hall), await placed(database, hall, { numbers: [4, 5] })]
  const capturedAt = inMinutes(9).toISOString()
  await applyCapturedPayment(asService(later(one.ctx, 20)), captured(one.booking, { capturedAt }))
  expect(await bookingRow(database, one.booking.id)).toMatchObject({ status: 'CONFIRMED' })
  await applyCapturedPayment(asService(later(other.ctx, 61)), captured(other.booking, { capturedAt }))
  expect(await bookingRow(database, other.booking.id)).toMatchObject({ status: 'FAILED' })
})

test('what a booking was promised when it was placed outlives an earlier end of sales', async () => {
  const hall = await endingSoon({ startsAt: inMinutes(300), endsAt: null, salesEndAt: inMinutes(200) })
  const { ctx, booking } = await placed(database, hall)
  await database.db.update(performances).set({ salesEndAt: openingDay }).where(eq(performances.id, hall.performance.id))
  const [key, scope] = ['booking.salesGraceMinutes', hall.performance.partnerId]
  await applyConfigChange(ctx, { key, scope, value: 0, version: 3 })
  const capturedAt = inMinutes(9).toISOString()
  await applyCapturedPayment(asService(later(ctx, 9)), captured(booking, { capturedAt }))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CONFIRMED' })
})

test('a cancelled performance has no quotes, even before its bookings end', async () => {
  const hall = await endingSoon({ startsAt: inMinutes(300), endsAt: null, salesEndAt: inMinutes(200) })
  const { ctx, booking } = await placed(database, hall)
  expect(await quoteOf(ctx, booking)).not.toBeNull()
  await database.db.update(performances).set({ status: 'CANCELLED' }).where(eq(performances.id, hall.performance.id))
  expect(await quoteOf(ctx, booking)).toBeNull()
})
