import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../testing/database/database.ts'
import { takenItems } from '../testing/database/tables.ts'
import { type Db, inTransaction, isInTransaction, sqlState, violatedConstraint } from './database.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))

beforeAll(async () => {
  await database.db.execute(sql`create table counters (id text primary key, value integer not null)`)
  await database.db.execute(sql`insert into counters values ('a', 0), ('b', 0)`)
})

async function itemsIn(db: Db): Promise<string[]> {
  return (await db.select().from(takenItems)).map((row) => row.item)
}

test('undoes everything when anything fails, in a nested call too', async () => {
  const undone = inTransaction(database, async (outer) => {
    await outer.db.insert(takenItems).values({ item: 'outer' })
    await inTransaction(outer, async (inner) => {
      expect(inner.db).toBe(outer.db)
      await inner.db.insert(takenItems).values({ item: 'inner' })
    })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await itemsIn(database.db)).not.toContain('inner')
})

test('runs both of two transactions that deadlock', async () => {
  let attempts = 0
  const bothHaveOne = Promise.withResolvers<void>()
  let locked = 0
  const bump = (first: string, second: string) =>
    inTransaction(database, async (tx) => {
      attempts += 1
      await tx.db.execute(sql`update counters set value = value + 1 where id = ${first}`)
      if (++locked === 2) bothHaveOne.resolve()
      await bothHaveOne.promise
      await tx.db.execute(sql`update counters set value = value + 1 where id = ${second}`)
    })
  await Promise.all([bump('a', 'b'), bump('b', 'a')])
  const { rows } = await database.db.execute<{ value: number }>(sql`select value from counters`)
  expect(rows.map((row) => row.value)).toEqual([2, 2])
  expect(attempts).toBeGreaterThan(2)
})

test('does not retry what would fail again', async () => {
  let attempts = 0
  const failing = inTransaction(database, async () => {
    attempts += 1
    throw new Error('a bug')
  })
  await expect(failing).rejects.toThrow('a bug')
  expect(attempts).toBe(1)
})

test('names the state and the constraint of a refusal by Postgres', async () => {
  await database.db.insert(takenItems).values({ item: 'once' })
  const error: unknown = await database.db
    .insert(takenItems)
    .values({ item: 'once' })
    .catch((cause: unknown) => cause)
  expect(sqlState(error)).toBe('23505')
  expect(violatedConstraint(error)).toBe('taken_items_pkey')
  expect(sqlState(new Error('other'))).toBeNull()
})

test('tells a transaction from a database', async () => {
  expect(isInTransaction(database.db)).toBe(false)
  expect(await inTransaction(database, async (tx) => isInTransaction(tx.db))).toBe(true)
})
