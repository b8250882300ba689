import { useDatabase } from '@tikitu/kit/testing/database'
import { nextOf, subscribeAs } from '@tikitu/kit/testing/live'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeCapturedPayment } from '../src/domain/take-captured-payment.ts'
import { bookingOn, house, migrations } from './factories.ts'
import { asService, captured, placed } from './purchases.ts'

const database = useDatabase(migrations)
let booking: Awaited<ReturnType<typeof bookingOn>>
beforeAll(async () => {
  booking = await bookingOn(database)
})
afterAll(() => booking.close())

const query = 'subscription ($id: ID!) { bookingChanged(id: $id) { status tickets { status } } }'

test('shows the booking at once, and again after each change', async () => {
  const hall = await house(database)
  const { ctx, booking: row } = await placed(database, hall)
  const events = await subscribeAs(booking, ctx.viewer, { query, variables: { id: row.id } })
  expect(await nextOf(events)).toEqual({ data: { bookingChanged: { status: 'AWAITING_PAYMENT', tickets: [] } } })
  await takeCapturedPayment(asService(ctx), captured(row))
  const valid = { status: 'VALID' }
  expect(await nextOf(events)).toEqual({ data: { bookingChanged: { status: 'CONFIRMED', tickets: [valid, valid] } } })
  await events.return()
})
