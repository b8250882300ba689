import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq, inArray } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { ctxOf, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import { bookingRow, bought, eventsAbout, held, holdRow, placed, placesOf } from '../../../test/purchases.ts'
import { bookings } from '../../db/tables/bookings.ts'
import { holds, places } from '../../db/tables/inventory.ts'
import { expireHolds } from '../inventory/expire-holds.ts'
import { expireBookings } from './expire-bookings.ts'

const database = useDatabase(migrations)

test('ends only unpaid bookings that have expired', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall, { numbers: [0] })
  const paid = await bought(database, hall, { numbers: [1] })
  await expireBookings(later(ctx, 9.99))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'AWAITING_PAYMENT' })
  await expireBookings(later(ctx, 10))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'EXPIRED', endedAt: later(ctx, 10).now() })
  expect(await bookingRow(database, paid.booking.id)).toMatchObject({ status: 'CONFIRMED' })
  expect(await takenSeats(database, hall.performance.id)).toMatchObject([{ number: 1, status: 'SOLD' }])
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

test('frees no seat that somebody else has taken since', async () => {
  const hall = await house(database)
  const { ctx } = await placed(database, hall)
  const next = await held(later(ctxOf(database), 10), hall, 1)
  await expireBookings(later(ctx, 11))
  expect(await takenSeats(database, hall.performance.id)).toMatchObject([{ number: 1, holdId: next.id }])
})

/** Runs a function while rows are locked by another transaction, and never waits for them. */
async function whileLocked(
  lock: (db: typeof database.db) => Promise<unknown>,
  act: () => Promise<void>,
): Promise<void> {
  await database.db.transaction(async (tx) => {
    await lock(tx as unknown as typeof database.db)
    await act()
  })
}

test('one booking that somebody has locked holds up no other, and is ended the next time', async () => {
  const hall = await house(database)
  const first = await placed(database, hall, { numbers: [0] })
  const second = await placed(database, hall, { numbers: [1] })
  const lock = (db: typeof database.db) =>
    db.select().from(bookings).where(eq(bookings.id, first.booking.id)).for('update')
  await whileLocked(lock, async () => {
    await expireBookings(later(first.ctx, 11))
    expect(await bookingRow(database, second.booking.id)).toMatchObject({ status: 'EXPIRED' })
    expect(await bookingRow(database, first.booking.id)).toMatchObject({ status: 'AWAITING_PAYMENT' })
  })
  expect(await expireBookings(later(first.ctx, 11))).toBe(1)
})

test('one hold that somebody has locked holds up no other, nor does one that fails, which the log names', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const [locked, stuck, free] = [await held(ada, hall, 0), await held(ada, hall, 1), await held(ada, hall, 2)]
  const lock = async (db: typeof database.db) => {
    await db.select().from(holds).where(eq(holds.id, locked.id)).for('update')
    await db
      .select()
      .from(places)
      .where(inArray(places.holdId, [stuck.id]))
      .for('update')
  }
  const ctx = later(ada, 11)
  const error = vi.spyOn(ctx.log, 'error').mockImplementation(() => undefined)
  await whileLocked(lock, async () => {
    await expireHolds(ctx)
    expect(await holdRow(database, free.id)).toMatchObject({ status: 'EXPIRED' })
    expect(await holdRow(database, stuck.id)).toMatchObject({ status: 'ACTIVE' })
  })
  expect(error.mock.calls[0]?.[0]).toMatchObject({ sweep: 'expireHolds', id: stuck.id })
  expect(await expireHolds(ctx)).toBe(2)
})

test('ends expired holds, and frees the seats they still have', async () => {
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
