import { signDetached } from '@tikitu/kit/auth/signing-keys'
import { newId } from '@tikitu/kit/base/ids'
import { createLog } from '@tikitu/kit/base/log'
import { eventType } from '@tikitu/kit/messaging/cloud-event'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { parseCrontab } from 'graphile-worker'
import { expect, test } from 'vitest'
import type { BookingRow } from '../src/db/tables/bookings.ts'
import { performances } from '../src/db/tables/catalogue.ts'
import { crontab, tasks } from '../src/jobs.ts'
import { bookingOn, ctxOf, house, later, migrations } from './factories.ts'
import { bookingRow, bought, captured, eventsAbout, held, holdRow, placed, ticketsOf } from './purchases.ts'

const database = useDatabase(migrations)

/** The event as payment sends it, signed with the key that these tests publish for everybody. */
async function delivery(booking: BookingRow, data = captured(booking)) {
  const ctx = ctxOf(database)
  const body = JSON.stringify({
    specversion: '1.0',
    id: newId('evt'),
    source: 'tikitu/payment',
    type: eventType('payment.captured', 1),
    time: ctx.now().toISOString(),
    datacontenttype: 'application/json',
    subject: data.paymentId,
    actor: 'service:payment',
    requestid: 'req_1',
    data,
  })
  return { body, signature: await signDetached(ctx.keys, body) }
}

test('confirms once when the same delivery comes again, also while the first is on its way', async () => {
  const booking = await bookingOn(database)
  const { ctx, booking: unpaid } = await placed(database, await house(database))
  const { body, signature } = await delivery(unpaid)
  const receive = () =>
    booking.options.receive({ ...ctx, viewer: { kind: 'service', service: 'booking' } }, body, signature)
  const receipts = await Promise.all([receive(), receive(), receive()])
  receipts.push(await receive())
  expect(receipts.map((receipt) => receipt.status)).toEqual([204, 204, 204, 204])
  expect(receipts.filter((receipt) => receipt.message === 'handled')).toHaveLength(1)
  expect(await ticketsOf(database, unpaid.id)).toHaveLength(2)
})

test('confirms once when payment tells the same capture in two events at once', async () => {
  const booking = await bookingOn(database)
  const { ctx, booking: unpaid } = await placed(database, await house(database))
  const data = captured(unpaid)
  const deliveries = await Promise.all([delivery(unpaid, data), delivery(unpaid, data)])
  await Promise.all(deliveries.map(({ body, signature }) => booking.options.receive(ctx, body, signature)))
  expect(await ticketsOf(database, unpaid.id)).toHaveLength(2)
  const told = await eventsAbout(database, unpaid.id)
  expect(told.map((event) => event.type)).toEqual([
    'tikitu.booking.placed.v1',
    'tikitu.booking.confirmed.v1',
    'tikitu.booking.ticketsIssued.v1',
  ])
})

test('leaves nothing behind when a delivery fails half way, and takes it the next time', async () => {
  const booking = await bookingOn(database)
  const { ctx, booking: unpaid } = await placed(database, await house(database))
  const { body, signature } = await delivery(unpaid)
  const failing = { ...ctx, newId: (prefix: string) => (prefix === 'evt' ? fail() : newId(prefix)) }
  await expect(booking.options.receive(failing, body, signature)).rejects.toThrow('power cut')
  expect(await bookingRow(database, unpaid.id)).toMatchObject({ status: 'AWAITING_PAYMENT' })
  expect(await ticketsOf(database, unpaid.id)).toEqual([])
  expect(await booking.options.receive(ctx, body, signature)).toMatchObject({ status: 204, message: 'handled' })
  expect(await bookingRow(database, unpaid.id)).toMatchObject({ status: 'CONFIRMED' })
})

function fail(): never {
  throw new Error('power cut')
}

test('sweeps expired holds every minute, and cancels the bookings of a performance', async () => {
  const hall = await house(database)
  const { ctx, booking: unpaid } = await placed(database, hall)
  const hold = await held(ctx, hall, 5)
  const now = later(ctx, 30).now
  const deps = { ...ctx, log: createLog('booking', 'silent'), now }
  const jobs = tasks(deps, async () => undefined)
  const names = parseCrontab(crontab).map((item) => item.task)
  expect(Object.keys(jobs)).toEqual(expect.arrayContaining(names))
  await jobs['expireBookings']?.({})
  await jobs['expireHolds']?.({})
  expect(await bookingRow(database, unpaid.id)).toMatchObject({ status: 'EXPIRED' })
  expect(await holdRow(database, hold.id)).toMatchObject({ status: 'EXPIRED' })
  const { booking: paid } = await bought(database, hall)
  await database.db.update(performances).set({ status: 'CANCELLED' }).where(eq(performances.id, hall.performance.id))
  await jobs['cancelPerformanceBookings']?.({ performanceId: hall.performance.id, reason: 'Rain' })
  expect(await bookingRow(database, paid.id)).toMatchObject({ status: 'CANCELLED' })
})
