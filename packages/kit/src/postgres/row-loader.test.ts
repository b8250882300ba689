import { fileURLToPath } from 'node:url'
import { desc, eq, like } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../testing/database/database.ts'
import { statementsOf } from '../testing/database/statements.ts'
import { takenItems } from '../testing/database/tables.ts'
import { clearLoaders } from './loader.ts'
import { loadersOf, rowBy, rowsBy } from './row-loader.ts'
import { flagValues, idempotencyKeys } from './shared-tables.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))
const odd = ['{a,b}', '"quoted"', 'back\\slash', "it's", '', 'NULL', 'ünï 💺', '$1', ' ']
const madeAt = new Date('2027-03-01T10:00:00.123Z')

const definitions = {
  item: rowBy({ from: takenItems, by: takenItems.item }),
  keysOfCaller: rowsBy({
    from: idempotencyKeys,
    by: idempotencyKeys.callerId,
    order: [desc(idempotencyKeys.key)],
    without: ['result', 'inputHash'],
  }),
  sales: rowsBy({
    from: idempotencyKeys,
    by: idempotencyKeys.callerId,
    where: like(idempotencyKeys.operation, 'sell%'),
  }),
}
const load = () => loadersOf({ db: database.db }, definitions)

beforeAll(async () => {
  await database.db.insert(takenItems).values(odd.map((item) => ({ item })))
  const kept = (callerId: string, operation: string, key: string) => ({ callerId, operation, key })
  const rows = [
    kept('ada', 'sell', 'k1'),
    kept('ada', 'buy', 'k2'),
    kept('ada', 'buy', 'k3'),
    kept('bob', 'sell', 'k1'),
  ]
  await database.db
    .insert(idempotencyKeys)
    .values(rows.map((row) => ({ ...row, inputHash: 'x', result: { deep: [1] }, createdAt: madeAt })))
})

test('finds each row by its key, whatever is in it, in one statement', async () => {
  const { item } = load()
  let rows: unknown
  const sent = await statementsOf(database.pool, async () => {
    rows = await Promise.all([...odd, 'missing'].map((key) => item.load(key)))
  })
  expect(rows).toEqual([...odd.map((key) => ({ item: key })), null])
  expect(sent).toHaveLength(1)
})

test('groups rows by key, in the order that was asked for, without what was left out', async () => {
  const rows = await Promise.all(['ada', 'bob', 'eve'].map((caller) => load().keysOfCaller.load(caller)))
  expect(rows.map((of) => of.map(({ key }) => key))).toEqual([['k3', 'k2', 'k1'], ['k1'], []])
  expect(rows[1]).toEqual([{ callerId: 'bob', operation: 'sell', key: 'k1', createdAt: madeAt }])
})

test('keeps to its condition', async () => {
  const rows = await load().sales.load('ada')
  expect(rows.map(({ key, result }) => [key, result])).toEqual([['k1', { deep: [1] }]])
})

test('a connection prepares a statement once, for any number of keys', async () => {
  const one = { db: database.db }
  for (const keys of [['ada'], ['ada', 'bob'], ['ada', 'bob', 'eve']])
    await loadersOf(one, definitions).sales.loadMany(keys)
  const again = await database.pool.connect()
  const { rows } = await again.query(
    `select statement from pg_prepared_statements where statement like '%"operation" like%'`,
  )
  again.release()
  expect(rows).toHaveLength(1)
})

test('reads every kind of column as Drizzle does, in a transaction too', async () => {
  const flag = {
    key: 'f',
    version: 2,
    isEnabled: true,
    percentage: 5,
    isKilled: false,
    segments: ['a,b', '"c"', 'NULL'],
  }
  await database.db.insert(flagValues).values(flag)
  const flags = { flag: rowBy({ from: flagValues, by: flagValues.key }) }
  expect(await loadersOf({ db: database.db }, flags).flag.load('f')).toEqual(flag)
  expect(await database.db.transaction((db) => loadersOf({ db }, flags).flag.load('f'))).toEqual(flag)
  const [expected] = await database.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.callerId, 'bob'))
  expect(await database.db.transaction((db) => loadersOf({ db }, definitions).sales.load('bob'))).toEqual([expected])
  expect(await load().sales.load('bob')).toEqual([expected])
})

test('remembers within a request, until it is told to forget; the next request reads anew', async () => {
  const one = load()
  await one.item.load('new')
  await database.db.insert(takenItems).values({ item: 'new' })
  expect(await one.item.load('new')).toBeNull()
  expect(await load().item.load('new')).toEqual({ item: 'new' })
  clearLoaders(one)
  expect(await one.item.load('new')).toEqual({ item: 'new' })
  await database.db.delete(takenItems).where(eq(takenItems.item, 'new'))
})
