import { purge } from '@tikitu/kit/messaging/purge'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { plansOf } from '@tikitu/kit/testing/database/plans'
import { testStaff } from '@tikitu/kit/testing/graphql/context'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations, openingDay } from '../test/factories.ts'
import { bought, held } from '../test/purchases.ts'
import { bookings } from './db/tables/bookings.ts'
import { holds } from './db/tables/inventory.ts'
import { type BookingFilter, listBookings } from './domain/bookings/list-bookings.ts'
import { expireHolds } from './domain/inventory/expire-holds.ts'
import { releaseHold } from './domain/inventory/release-hold.ts'
import { purgeRules } from './purge.ts'

const database = useDatabase(migrations)

test('purges holds that came to nothing a month ago, and none that was booked or is open', async () => {
  const hall = await house(database)
  const ctx = ctxOf(database)
  await held(ctx, hall, 0, 1)
  await releaseHold(ctx, { holdId: (await held(ctxOf(database), hall, 2, 3)).id }).catch(() => undefined)
  await expireHolds(later(ctx, 20))
  const { hold: booked } = await bought(database, hall, { numbers: [4, 5] })
  const open = await held(later(ctxOf(database), 60 * 24 * 31), hall, 6, 7)
  const afterDays = (days: number) => purge(ctx, purgeRules(new Date(openingDay.getTime() + days * 86_400_000)))
  expect(await afterDays(29)).toEqual({ holds: 0 })
  expect((await afterDays(31)).holds).toBeGreaterThan(0)
  const left = await database.db.select({ id: holds.id }).from(holds)
  const ids = left.map(({ id }) => id)
  expect(ids).toContain(booked.id)
  expect(ids).toContain(open.id)
  expect(ids.length).toBeLessThanOrEqual(3)
})

/** Many bookings like that one, each on a hold like its own; one in three thousand failed. */
async function copies(bookingId: string, count: number): Promise<void> {
  const series = sql`generate_series(1, ${count}) n`
  await database.db.execute(sql`
    insert into holds select (jsonb_populate_record(holds, jsonb_build_object('id', 'hld_c' || n))).*
    from holds join bookings on bookings.hold_id = holds.id, ${series} where bookings.id = ${bookingId}`)
  await database.db.execute(sql`
    insert into bookings select (jsonb_populate_record(bookings, jsonb_build_object('id', 'bkg_c' || n, 'hold_id', 'hld_c' || n,
      'reference', 'ref' || n, 'placed_at', placed_at - n * interval '1 second', 'payment_id', null,
      'status', case when n % 3000 = 0 then 'FAILED' when n % 4 = 0 then 'EXPIRED' else 'CONFIRMED' end))).*
    from bookings, ${series} where id = ${bookingId}`)
}

const lists: BookingFilter[] = [
  {},
  { status: 'FAILED' },
  { status: 'EXPIRED' },
  { status: 'AWAITING_PAYMENT' },
  { partnerId: 'ptr_1' },
  { partnerId: 'ptr_1', status: 'FAILED' },
]

test('reads few of many bookings, whatever the list is filtered by', async () => {
  const hall = await house(database)
  const { booking } = await bought(database, hall, { numbers: [8, 9] })
  await copies(booking.id, 15_000)
  await database.pool.query('analyze bookings')
  const admin = ctxOf(database, testStaff())
  for (const filter of lists) {
    const list = (await plansOf(database.pool, () => listBookings(admin, filter, {}))).filter(({ statement }) =>
      statement.includes('from "bookings"'),
    )
    expect({ filter, seqScans: list.flatMap(({ seqScans }) => seqScans) }).toEqual({ filter, seqScans: [] })
    expect(
      list.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      JSON.stringify(filter),
    ).toBeLessThan(100)
  }
  expect(await database.db.$count(bookings)).toBeGreaterThan(15_000)
})
