import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { bigint, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidInput } from '../base/errors.ts'
import { useDatabase } from '../testing/database/database.ts'
import { keyset, type PageArgs, readPage, toConnection } from './pagination.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))
const cursorOf = (...key: unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url')

test('refuses a page of nothing, of too much, and a cursor that it did not make', () => {
  expect(() => readPage({ first: 0 })).toThrow(InvalidInput)
  expect(() => readPage({ first: 101 })).toThrow(InvalidInput)
  expect(() => readPage({ after: 'nonsense' })).toThrow(InvalidInput)
  expect(() => readPage({ after: Buffer.from('{"a":1}').toString('base64url') })).toThrow(InvalidInput)
})

test('reads twenty when nobody says how many', () => {
  expect(readPage({})).toEqual({ limit: 20, isBackward: false, cursor: null })
  expect(readPage({ before: null, last: 5 })).toEqual({ limit: 5, isBackward: true, cursor: null })
})

test('refuses both directions at once, and names the argument at fault of each', () => {
  expect(() => readPage({ first: 1, last: 1 })).toThrow('last: cannot be combined')
  expect(() => readPage({ after: null, before: cursorOf(1), first: 1 })).toThrow('last: cannot be combined')
  expect(() => readPage({ last: 101 })).toThrow('last: must be between 1 and 100')
  expect(() => readPage({ before: 'nonsense' })).toThrow('before: is not a valid cursor')
})

test('walks a list page by page, in both orders and directions: every row once, in order', async () => {
  const walks = fc.record({
    numbers: fc.uniqueArray(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 40 }),
    size: fc.integer({ min: 1, max: 15 }),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    isBackward: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(walks, async ({ numbers, size, direction, isBackward }) => {
      const list = numbers.toSorted((a, b) => (direction === 'asc' ? a - b : b - a))
      const pages = await (isBackward ? walkBackward : walkForward)(numbers, size, direction)
      expect(pages.flat()).toEqual(list)
    }),
    { numRuns: 60 },
  )
})

type Walk = (numbers: number[], size: number, direction: 'asc' | 'desc') => Promise<number[][]>

const walkForward: Walk = async (numbers, first, direction) => {
  const pages: number[][] = []
  for (let after: string | null = null, more = true; more; ) {
    const { edges, pageInfo } = await readNumbers(numbers, { first, after }, direction)
    pages.push(edges.map(({ node }) => node))
    expect(pageInfo.hasPreviousPage).toBe(after !== null)
    after = pageInfo.endCursor
    more = pageInfo.hasNextPage
  }
  return pages
}

const walkBackward: Walk = async (numbers, last, direction) => {
  const pages: number[][] = []
  for (let before: string | null = null, more = true; more; ) {
    const { edges, pageInfo } = await readNumbers(numbers, { last, before }, direction)
    pages.unshift(edges.map(({ node }) => node))
    expect(pageInfo.hasNextPage).toBe(before !== null)
    before = pageInfo.startCursor
    more = pageInfo.hasPreviousPage
  }
  return pages
}

async function readNumbers(numbers: number[], args: PageArgs, direction: 'asc' | 'desc') {
  const page = readPage(args)
  const { where = sql`true`, orderBy } = keyset(page, [sql`n::int`], direction)
  const { rows } = await database.db.execute<{ n: number }>(
    sql`select n from unnest(${`{${numbers.join()}}`}::int[]) n where ${where} order by ${sql.join(orderBy, sql`, `)} limit ${page.limit + 1}`,
  )
  const found = rows.map(({ n }) => n)
  return toConnection(found, page, (n) => [n])
}

test('refuses a moment that no calendar has, as any cursor that it did not make', () => {
  const { at, id } = pgTable('facts', { at: timestamp({ withTimezone: true }), id: text() })
  const pageOf = (...key: unknown[]) => readPage({ after: cursorOf(...key) })
  expect(keyset(pageOf('2028-02-29T00:00:00.000Z', 'x'), [at, id], 'asc').where).toBeDefined()
  for (const moment of [
    '2026-02-30T00:00:00.000Z',
    '2027-02-29T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-01-01T00:00:60.000Z',
    '2026-01-01T00:00Z',
    'infinity',
  ])
    expect(() => keyset(pageOf(moment, 'x'), [at, id], 'asc'), moment).toThrow(InvalidInput)
})

test('refuses a number that the column cannot hold, as any cursor that it did not make', () => {
  const { seat, total } = pgTable('facts', { seat: integer(), total: bigint({ mode: 'number' }) })
  const pageOf = (key: number) => readPage({ before: cursorOf(key) })
  for (const number of [-(2 ** 31), 0, 2 ** 31 - 1]) expect(keyset(pageOf(number), [seat], 'asc').where).toBeDefined()
  for (const number of [1.5, 2 ** 31, -(2 ** 31) - 1, 1e300])
    expect(() => keyset(pageOf(number), [seat], 'asc'), String(number)).toThrow(InvalidInput)
  expect(keyset(pageOf(2 ** 40), [total], 'asc').where).toBeDefined()
  for (const number of [0.5, 2 ** 53, 1e300])
    expect(() => keyset(pageOf(number), [total], 'asc'), String(number)).toThrow(InvalidInput)
})
