import { migrateDatabase } from '@tikitu/kit/postgres/migrate'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { migrationsUpTo } from '@tikitu/kit/testing/database/older-migrations'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { indexSearch } from '../src/domain/catalogue/search-index.ts'
import { ctxOf, migrations } from './factories.ts'

const database = useDatabase(migrationsUpTo(migrations, 6))

test('0007 gives bookings from before the terms that held when it ran', async () => {
  const day = '2027-03-01T10:00:00Z'
  await database.db.execute(sql`
    insert into events (id, partner_id, slug, title, status, created_at)
      values ('shw_1', 'ptr_1', 'hamlet', 'Hamlet', 'PUBLISHED', ${day})`)
  for (const [id, hours, fee, status] of [
    ['prf_1', 24, 300, 'SCHEDULED'],
    ['prf_2', null, 0, 'POSTPONED'],
  ] as const) {
    await database.db.execute(sql`
      insert into performances (id, event_id, partner_id, layout_id, status, starts_at, sales_start_at, sales_end_at,
        max_places_per_person, currency, cancellation_deadline_hours, cancellation_fee_minor, created_at)
      values (${id}, 'shw_1', 'ptr_1', 'lay_1', ${status}, '2027-06-01T18:00:00Z', '2027-01-01T00:00:00Z',
        '2027-06-01T18:00:00Z', 6, 'EUR', ${hours}, ${fee}, ${day})`)
    await database.db.execute(sql`
      insert into holds (id, performance_id, user_id, status, expires_at, created_at, place_count)
        values (${`hld_${id}`}, ${id}, 'usr_1', 'CONSUMED', ${day}, ${day}, 1)`)
    await database.db.execute(sql`
      insert into bookings (id, reference, hold_id, performance_id, partner_id, user_id, status, currency, total_minor,
        fees_minor, tax_minor, expires_at, placed_at)
      values (${`bkg_${id}`}, ${id}, ${`hld_${id}`}, ${id}, 'ptr_1', 'usr_1', 'CONFIRMED', 'EUR', 5000, 0, 0, ${day}, ${day})`)
  }
  await migrateDatabase(database.pool, migrations)
  const { rows } = await database.db.execute(sql`
    select id, cancellation_deadline_hours as hours, cancellation_fee_minor::integer as fee from bookings order by id`)
  expect(rows).toEqual([
    { id: 'bkg_prf_1', hours: 24, fee: 300 },
    { id: 'bkg_prf_2', hours: null, fee: 0 },
  ])
})

test('moves_of_performances calls those RESCHEDULED that were POSTPONED to a new date, and lets their bookings go', async () => {
  const { rows } = await database.db.execute(sql`
    select performances.status, performances.move_count as moves, bookings.move_count as booked,
      bookings.performance_starts_at = performances.starts_at as "isKnown"
    from bookings join performances on performances.id = bookings.performance_id order by performances.id`)
  expect(rows).toEqual([
    { status: 'SCHEDULED', moves: 0, booked: 0, isKnown: true },
    { status: 'RESCHEDULED', moves: 1, booked: 0, isKnown: true },
  ])
})

test('search_words leaves events with the words they had, until they are cut by the rule', async () => {
  const found = async (query: string) => {
    const { rows } = await database.db.execute(sql`select id from events where searchable @@ ${query}::tsquery`)
    return rows.length
  }
  expect([await found("'hamlet'"), await found("'ac'")]).toEqual([1, 0])
  await database.db.execute(sql`update events set title = 'AC/DC Hamlet'`)
  expect(await indexSearch(ctxOf(database))).toBe(1)
  expect([await found("'hamlet'"), await found("'ac'")]).toEqual([1, 1])
})
