import { migrateDatabase } from '@tikitu/kit/postgres/migrate'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { migrationsUpTo } from '@tikitu/kit/testing/database/older-migrations'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { migrations } from './factories.ts'

const database = useDatabase(migrationsUpTo(migrations, 3))

test('admissions_by_ticket counts guests where every scan had counted', async () => {
  const scans = [
    { ticketId: 'tkt_1', action: 'booking.ticketAdmitted', at: '2027-03-01T17:00:00Z' },
    { ticketId: 'tkt_1', action: 'booking.ticketAdmitted', at: '2027-03-02T17:00:00Z' },
    { ticketId: 'tkt_2', action: 'booking.ticketAdmitted', at: '2027-03-01T17:00:00Z' },
    { ticketId: 'tkt_2', action: 'undoCheckIn', at: '2027-03-01T17:05:00Z' },
  ]
  for (const [index, { ticketId, action, at }] of scans.entries()) {
    const changes = JSON.stringify({ ticketId, performanceId: 'prf_1', partnerId: 'ptr_1' })
    await database.db.execute(sql`
      insert into audit_entries (id, tenant, sequence, event_id, service, action, subject_type, subject_id, actor, request_id,
        changes, occurred_at, recorded_at, previous_hash, hash)
      values (${`aud_${index}`}, 'ptr_1', ${index + 1}, ${`evt_${index}`}, 'booking', ${action}, 'Ticket', ${ticketId}, 'usr_1', 'req_1',
        ${changes}::jsonb, ${at}, ${at}, '', '')`)
  }
  await database.db.execute(sql`
    insert into performance_figures (performance_id, sold, admitted, starts_at) values ('prf_1', 2, 3, '2027-03-01T18:00:00Z')`)
  await database.db.execute(sql`
    insert into daily_figures (day, metric, partner_id, currency, count, amount_minor)
    values ('2027-03-01', 'admissions', 'ptr_1', '', 2, 0), ('2027-03-02', 'admissions', 'ptr_1', '', 1, 0)`)
  await migrateDatabase(database.pool, migrations)
  const figures = await database.db.execute(sql`select admitted, inside, entries, sold from performance_figures`)
  expect(figures.rows).toEqual([{ admitted: 1, inside: 1, entries: 2, sold: 2 }])
  const days = await database.db.execute(
    sql`select day::text, count, currency from daily_figures where metric = 'admissions'`,
  )
  expect(days.rows).toEqual([{ day: '2027-03-01', count: 1, currency: null }])
})
