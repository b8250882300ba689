import { fileURLToPath } from 'node:url'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { judgeEnums, tablesOf } from '@tikitu/kit/testing/database/enum-checks'
import { expect, test } from 'vitest'
import configuration from '../drizzle.config.ts'
import { migrations } from './factories.ts'

const database = useDatabase(migrations)

test('the database takes the words of each enum, and no others', async () => {
  const folder = fileURLToPath(new URL('..', import.meta.url))
  const tables = await tablesOf(folder, [configuration.schema ?? []].flat())
  const verdicts = await judgeEnums(database.pool, tables)
  expect(verdicts.length).toBeGreaterThan(2)
  expect(verdicts.filter(({ refusedBy, refusedWords }) => refusedBy === null || refusedWords.length > 0)).toEqual([])
})
