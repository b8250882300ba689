import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { firstIdAt, newId } from '../base/ids.ts'
import { idempotencyKeys, inboxEvents } from '../postgres/shared-tables.ts'
import { useDatabase } from '../testing/database/database.ts'
import { logInMemory } from '../testing/database/failing-statements.ts'
import { plansOf } from '../testing/database/plans.ts'
import { testCtx } from '../testing/graphql/context.ts'
import { commonPurgeRules, daysBefore, purge } from './purge.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))
const now = new Date('2027-03-01T10:00:00Z')

async function fill(count: number, ageDays: number): Promise<void> {
  const moment = daysBefore(now, ageDays).toISOString()
  const firstId = firstIdAt('evt', daysBefore(now, ageDays)).slice(0, -6)
  await database.db.execute(sql`
    insert into inbox_events select ${firstId} || lpad(n::text, 6, '0'), 'x', ${moment}::timestamptz from generate_series(1, ${count}) n`)
  await database.db.execute(sql`
    insert into idempotency_keys select 'usr_' || ${ageDays}, 'act', n::text, 'hash', null, ${moment}::timestamptz
    from generate_series(1, ${count}) n`)
}

test('an id says no earlier moment than the one it was made at', () => {
  const before = firstIdAt('evt', new Date())
  const id = newId('evt')
  expect(before <= id).toBe(true)
  expect(firstIdAt('evt', new Date(Date.now() + 2)) > id).toBe(true)
})

test('deletes what is too old in batches, keeps the rest, and has nothing to do the second time', async () => {
  await fill(2_500, 91)
  await fill(30, 6)
  const { log } = logInMemory('test')
  const ctx = testCtx(database, { log })
  expect(await purge(ctx, commonPurgeRules(now))).toEqual({ inbox_events: 2_500, idempotency_keys: 2_500 })
  expect(await database.db.$count(inboxEvents)).toBe(30)
  expect(await database.db.$count(idempotencyKeys)).toBe(30)
  expect(await purge(ctx, commonPurgeRules(now))).toEqual({ inbox_events: 0, idempotency_keys: 0 })
})

test('passes over a row that somebody has locked, and goes on after a rule that fails', async () => {
  await fill(3, 95)
  const { log, lines } = logInMemory('test')
  const client = await database.pool.connect()
  await client.query('begin')
  await client.query('select from inbox_events order by event_id limit 1 for update')
  const rules = [{ table: 'nothing_of_that_name', where: sql`true` }, ...commonPurgeRules(now)]
  const counts = await purge(testCtx(database, { log }), rules).finally(() => client.query('rollback'))
  client.release()
  expect(counts).toEqual({ inbox_events: 2, idempotency_keys: 3 })
  expect(lines.filter((line) => line.includes('purging failed'))).toHaveLength(1)
})

test('reads no more than a batch of a table that is long', async () => {
  await fill(20_000, 1)
  await fill(50, 100)
  await database.pool.query('analyze inbox_events; analyze idempotency_keys')
  for (const { table, where } of commonPurgeRules(now)) {
    const name = sql.identifier(table)
    const [plan] = await plansOf(database.pool, () =>
      database.db.execute(sql`select ctid from ${name} where ${where} limit 1000`),
    )
    expect(plan).toMatchObject({ seqScans: [] })
    expect(plan?.rowsRead).toBeLessThan(110)
  }
})
