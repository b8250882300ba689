import { createDb, createPool } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { ctxOf, house, migrations, takenSeats } from '../../../test/factories.ts'
import {
  asService,
  bookingRow,
  bought,
  captured,
  eventsAbout,
  member,
  placed,
  ticketsOf,
} from '../../../test/purchases.ts'
import { bookings } from '../../db/tables/bookings.ts'
import { performances } from '../../db/tables/catalogue.ts'
import { applyCapturedPayment } from '../bookings/apply-captured-payment.ts'
import { checkIn } from '../check-in/check-in.ts'
import { cancelPerformanceBookings } from './cancel-performance-bookings.ts'

const database = useDatabase(migrations)
const theDoorsOpen = new Date('2027-06-01T17:00:00Z')

test('refunds everything regardless of the policy, including used tickets, and ends unpaid bookings', async () => {
  const hall = await house(database, { cancellationFeeMinor: 300, feeMinor: 100, doorsAt: theDoorsOpen })
  const scanner = ctxOf(database, await member(database, hall, 'SCANNER'), theDoorsOpen)
  const first = await bought(database, hall, { numbers: [0, 1] })
  const second = await bought(database, hall, { numbers: [2] })
  const unpaid = await placed(database, hall, { numbers: [3] })
  await checkIn(scanner, { performanceId: hall.performance.id, code: first.tickets[0]?.code ?? '', nonce: '1' })
  const service = asService(first.ctx)
  const cancelled = { performanceId: hall.performance.id, reason: 'The roof leaks' }
  expect(await cancelPerformanceBookings(service, cancelled)).toBe(3)
  expect(await bookingRow(database, first.booking.id)).toMatchObject({ status: 'CANCELLED' })
  expect(await bookingRow(database, second.booking.id)).toMatchObject({ status: 'CANCELLED' })
  expect(await bookingRow(database, unpaid.booking.id)).toMatchObject({ status: 'EXPIRED' })
  expect(await ticketsOf(database, first.booking.id)).toMatchObject([{ status: 'VOID' }, { status: 'VOID' }])
  expect(await takenSeats(database, hall.performance.id)).toEqual([])
  expect((await eventsAbout(database, first.booking.id)).at(-1)).toMatchObject({
    type: 'tikitu.booking.ticketsCancelled.v1',
    data: { refund: { amountMinor: 10200 }, reason: 'The roof leaks', isWhole: true },
  })
  expect((await eventsAbout(database, unpaid.booking.id)).at(-1)).toMatchObject({ type: 'tikitu.booking.expired.v1' })
})

test('can run again and concurrently without a second refund', async () => {
  const hall = await house(database)
  const purchase = await bought(database, hall)
  const cancelled = { performanceId: hall.performance.id, reason: null }
  await Promise.all([1, 2].map(() => cancelPerformanceBookings(asService(purchase.ctx), cancelled)))
  expect(await cancelPerformanceBookings(asService(purchase.ctx), cancelled)).toBe(0)
  const told = await eventsAbout(database, purchase.booking.id)
  expect(told.filter((event) => event.type.includes('ticketsCancelled'))).toHaveLength(1)
})

test('leaves no booking behind that is paid while the performance is cancelled', async () => {
  for (let round = 0; round < 5; round++) {
    const hall = await house(database)
    const { ctx, booking } = await placed(database, hall)
    const { id } = hall.performance
    await Promise.all([
      applyCapturedPayment(asService(ctx), captured(booking)),
      database.db.update(performances).set({ status: 'CANCELLED' }).where(eq(performances.id, id)).execute(),
    ])
    await cancelPerformanceBookings(asService(ctx), { performanceId: id, reason: null })
    const { status } = await bookingRow(database, booking.id)
    expect(['CANCELLED', 'FAILED']).toContain(status)
  }
})

test('does not let one booking that is stuck hold up the others', async () => {
  const hall = await house(database)
  const stuck = await bought(database, hall, { numbers: [0] })
  const other = await bought(database, hall, { numbers: [1] })
  const pool = createPool(database.url, { name: 'impatient', lockTimeoutMs: 50 })
  onTestFinished(() => pool.end())
  const ctx = { ...asService(other.ctx), db: createDb(pool) }
  const cancelled = { performanceId: hall.performance.id, reason: 'Rain' }
  await database.db.transaction(async (tx) => {
    await tx.select().from(bookings).where(eq(bookings.id, stuck.booking.id)).for('update')
    await expect(cancelPerformanceBookings(ctx, cancelled)).rejects.toThrow(/1 bookings/)
  })
  expect(await bookingRow(database, other.booking.id)).toMatchObject({ status: 'CANCELLED' })
  await cancelPerformanceBookings(ctx, cancelled)
  expect(await bookingRow(database, stuck.booking.id)).toMatchObject({ status: 'CANCELLED' })
})
