import { useDatabase } from '@tikitu/kit/testing/database'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations, takenPlaces } from '../../test/factories.ts'
import { bookingRow, bought, eventsAbout, held, holdRow, placed, placesOf } from '../../test/purchases.ts'
import { expireBookings } from './expire-bookings.ts'
import { expireHolds } from './expire-holds.ts'

const database = useDatabase(migrations)

test('ends unpaid bookings whose time is over, and no others', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall, { numbers: [0] })
  const paid = await bought(database, hall, { numbers: [1] })
  await expireBookings(later(ctx, 9.99))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'AWAITING_PAYMENT' })
  await expireBookings(later(ctx, 10))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'EXPIRED', endedAt: later(ctx, 10).now() })
  expect(await bookingRow(database, paid.booking.id)).toMatchObject({ status: 'CONFIRMED' })
  expect(await takenPlaces(database, hall.performance.id)).toMatchObject([{ number: 1, status: 'SOLD' }])
  const last = (await eventsAbout(database, booking.id)).at(-1)
  expect(last).toMatchObject({ type: 'tikitu.booking.expired.v1', data: { bookingId: booking.id } })
})

test('says so once, however many sweep at once', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  await Promise.all([1, 2, 3].map(() => expireBookings(later(ctx, 11))))
  const expired = (await eventsAbout(database, booking.id)).filter((event) => event.type.includes('expired'))
  expect(expired).toHaveLength(1)
})

test('takes no place from whoever has it by then', async () => {
  const hall = await house(database)
  const { ctx } = await placed(database, hall)
  const next = await held(later(ctxOf(database), 10), hall, 1)
  await expireBookings(later(ctx, 11))
  expect(await takenPlaces(database, hall.performance.id)).toMatchObject([{ number: 1, holdId: next.id }])
})

test('ends holds whose time is over, and frees what they still have', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const [lapsed, kept] = [await held(ada, hall, 0, 1), await held(later(ada, 5), hall, 2)]
  const next = await held(later(ctxOf(database), 10), hall, 1)
  await expireHolds(later(ada, 11))
  expect(await holdRow(database, lapsed.id)).toMatchObject({ status: 'EXPIRED' })
  expect(await holdRow(database, kept.id)).toMatchObject({ status: 'ACTIVE' })
  expect(await placesOf(database, hall)).toMatchObject({
    0: { status: 'FREE' },
    1: { holdId: next.id },
    2: { holdId: kept.id },
  })
})
