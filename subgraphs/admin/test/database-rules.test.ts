import { fileURLToPath } from 'node:url'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { checkEnumColumns, tablesOf } from '@tikitu/kit/testing/database/enum-checks'
import { foreignKeysWithoutIndex } from '@tikitu/kit/testing/database/foreign-keys'
import { expect, test } from 'vitest'
import configuration from '../drizzle.config.ts'
import { migrations } from './factories.ts'

const database = useDatabase(migrations)

test('the database takes the words of each enum, and no others', async () => {
  const folder = fileURLToPath(new URL('..', import.meta.url))
  const tables = await tablesOf(folder, [configuration.schema ?? []].flat())
  const verdicts = await checkEnumColumns(database.pool, tables)
  expect(verdicts.length).toBeGreaterThan(2)
  expect(verdicts.filter(({ refusedBy, refusedWords }) => refusedBy === null || refusedWords.length > 0)).toEqual([])
})

test('each foreign key has an index, so that no row is deleted by reading a table', async () => {
  expect(await foreignKeysWithoutIndex(database.pool)).toEqual([])
})
