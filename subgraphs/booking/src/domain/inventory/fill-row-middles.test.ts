import { migrateDatabase } from '@tikitu/kit/postgres/migrate'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { migrationsUpTo } from '@tikitu/kit/testing/database/older-migrations'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { fillRowMiddles } from './fill-row-middles.ts'

const database = useDatabase(migrationsUpTo(migrations, 22))

/** As a version of the service that did not know of middles made them. */
async function oldPlaces(performanceId: string): Promise<void> {
  await database.db.execute(sql`
    insert into performances (id, event_id, partner_id, layout_id, status, starts_at, sales_start_at, sales_end_at,
      max_places_per_person, currency, created_at)
    values (${performanceId}, 'shw_1', 'ptr_1', 'lay_1', 'SCHEDULED', '2027-06-01T18:00:00Z', '2027-01-01T00:00:00Z',
      '2027-06-01T18:00:00Z', 6, 'EUR', '2026-01-01T00:00:00Z')`)
  await database.db.execute(sql`
    insert into places (performance_id, number, section, row, position, zone, label, kind, status, house_reason)
    select ${performanceId}, number, section, row, position, 'Stalls', 'a label', kind, status,
      case status when 'HOUSE' then 'TECHNICAL' end
    from (values (0, 0, 0, 0, 'SEAT', 'FREE'), (1, 0, 0, 1, 'SEAT', 'HOUSE'), (2, 0, 0, 3, 'SEAT', 'FREE'),
      (3, 0, 1, 0, 'SEAT', 'FREE'), (4, 1, 0, 0, 'SEAT', 'FREE'), (5, 1, 0, 1, 'SEAT', 'FREE'),
      (6, 2, null, null, 'STANDING', 'FREE')) as old(number, section, row, position, kind, status)`)
}

test('fills in the row middles of older performances, and keeps existing ones', async () => {
  await database.db.execute(sql`
    insert into events (id, partner_id, slug, title, status, created_at)
    values ('shw_1', 'ptr_1', 'hamlet', 'Hamlet', 'PUBLISHED', '2026-01-01T00:00:00Z')`)
  await oldPlaces('prf_old')
  await oldPlaces('prf_new')
  await database.db.execute(sql`update places set row_middle = 77 where performance_id = 'prf_new' and row is not null`)
  await migrateDatabase(database.pool, migrations)
  expect(await fillRowMiddles(ctxOf(database))).toBe(1)
  expect(await fillRowMiddles(ctxOf(database))).toBe(0)
  const { rows } = await database.db.execute(sql`
    select performance_id as id, array_agg(row_middle order by number) as middles from places group by 1 order by 1`)
  expect(rows).toEqual([
    { id: 'prf_new', middles: [77, 77, 77, 77, 77, 77, null] },
    { id: 'prf_old', middles: [3, 3, 3, 0, 1, 1, null] },
  ])
})
