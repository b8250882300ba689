import { migrateDatabase } from '@tikitu/kit/postgres/migrate'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { migrationsUpTo } from '@tikitu/kit/testing/database/older-migrations'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { migrations } from './factories.ts'

const database = useDatabase(migrationsUpTo(migrations, 10))

test('0011 takes what was cancelled before as decided, and what was refunded before as gone back', async () => {
  const day = '2027-03-01T10:00:00Z'
  await database.db.execute(sql`
    insert into events (id, partner_id, slug, title, status, created_at)
      values ('shw_1', 'ptr_1', 'hamlet', 'Hamlet', 'PUBLISHED', ${day})`)
  await database.db.execute(sql`
    insert into performances (id, event_id, partner_id, layout_id, status, starts_at, sales_start_at, sales_end_at,
      max_places_per_person, currency, created_at)
    values ('prf_1', 'shw_1', 'ptr_1', 'lay_1', 'SCHEDULED', '2027-06-01T18:00:00Z', '2027-01-01T00:00:00Z',
      '2027-06-01T18:00:00Z', 6, 'EUR', ${day})`)
  await database.db.execute(sql`
    insert into holds (id, performance_id, user_id, status, expires_at, created_at, place_count)
      values ('hld_1', 'prf_1', 'usr_1', 'CONSUMED', ${day}, ${day}, 1)`)
  await database.db.execute(sql`
    insert into bookings (id, reference, hold_id, performance_id, partner_id, user_id, status, currency, total_minor,
      fees_minor, tax_minor, expires_at, placed_at, payment_id)
    values ('bkg_1', 'K7QM', 'hld_1', 'prf_1', 'ptr_1', 'usr_1', 'CANCELLED', 'EUR', 5000, 0, 0, ${day}, ${day}, 'pay_1')`)
  await database.db.execute(sql`
    insert into booking_payments (payment_id, booking_id, amount_minor, currency, captured_at)
      values ('pay_1', 'bkg_1', 5000, 'EUR', ${day})`)
  await database.db.execute(sql`
    insert into cancellations (id, booking_id, cancelled_by, is_by_staff, refund_minor, fee_minor, created_at)
      values ('cnl_1', 'bkg_1', 'usr_1', false, 4700, 300, ${day})`)
  await database.db.execute(sql`
    insert into booking_refunds (refund_id, payment_id, booking_id, amount_minor, currency, cause, refunded_at)
      values ('rfd_1', 'pay_1', 'bkg_1', 4700, 'EUR', 'TICKETS_CANCELLED', ${day})`)
  await migrateDatabase(database.pool, migrations)
  const { rows } = await database.db.execute(sql`
    select entitled_minor::integer as entitled, refund_decided_at = created_at as "isDecided" from cancellations`)
  expect(rows).toEqual([{ entitled: 4700, isDecided: true }])
  const refunds = await database.db.execute(sql`select status, version from booking_refunds`)
  expect(refunds.rows).toEqual([{ status: 'SUCCEEDED', version: 0 }])
})
