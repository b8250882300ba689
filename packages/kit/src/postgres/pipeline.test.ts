import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../testing/database/database.ts'
import { inTransaction, sqlState } from './database.ts'
import { inPipelinedTransaction } from './pipeline.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))

beforeAll(async () => {
  await database.db.execute(sql`create table slips (name text primary key)`)
})

async function slips(): Promise<unknown[]> {
  return (await database.db.execute(sql`select name from slips order by name`)).rows.map((row) => row['name'])
}

test('answers with the rows of each statement, each of which sees what those before it did', async () => {
  const name = "it's; drop table slips"
  const answers = await inPipelinedTransaction(database.db, [
    sql`insert into slips values (${name}) returning name`,
    sql`select count(*)::integer as count from slips where name = ${name}`,
  ])
  expect(answers).toEqual([[{ name }], [{ count: 1 }]])
  expect(await slips()).toContain(name)
})

test('leaves nothing of it when one statement fails, says which failure came first, and leaves a sound connection', async () => {
  const failed = inPipelinedTransaction(database.db, [
    sql`insert into slips values ('half')`,
    sql`select 1 / 0`,
    sql`insert into slips values ('other half')`,
  ])
  expect(sqlState(await failed.catch((error: unknown) => error))).toBe('22012')
  expect(await slips()).not.toContain('half')
  for (let use = 0; use < 20; use++) {
    expect(await inPipelinedTransaction(database.db, [sql`select ${use}::integer as use`])).toEqual([[{ use }]])
    await inTransaction(database, async (tx) => void (await tx.db.execute(sql`select 1`)))
  }
})

test('a lock that the first statement waits for lets the second see what its holder did', async () => {
  const once = (name: string) => [
    sql`select pg_advisory_xact_lock(77)`,
    sql`insert into slips select ${name} where not exists (select from slips where name like 'only-%') returning name`,
  ]
  const answers = await Promise.all(
    ['only-a', 'only-b', 'only-c'].map((name) => inPipelinedTransaction(database.db, once(name))),
  )
  expect(answers.filter(([, rows]) => rows?.length === 1)).toHaveLength(1)
})

test('joins a transaction, and is undone with it', async () => {
  const undone = inTransaction(database, async (tx) => {
    await inPipelinedTransaction(tx.db, [sql`insert into slips values ('joined')`])
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await slips()).not.toContain('joined')
})

test('runs two that deadlock one after the other', async () => {
  const touch = (first: string, second: string) =>
    inPipelinedTransaction(database.db, [
      sql`insert into slips values (${first}) on conflict (name) do update set name = excluded.name`,
      sql`select pg_sleep(0.05)`,
      sql`insert into slips values (${second}) on conflict (name) do update set name = excluded.name`,
    ])
  await database.db.execute(sql`insert into slips values ('left'), ('right')`)
  const outcomes = await Promise.allSettled([touch('left', 'right'), touch('right', 'left')])
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled'])
})
