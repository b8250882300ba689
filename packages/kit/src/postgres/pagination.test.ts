import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidInput } from '../base/errors.ts'
import { afterCursor, readPage, toConnection } from './pagination.ts'

test('refuses a page of nothing, of too much, and a cursor that it did not make', () => {
  expect(() => readPage({ first: 0 })).toThrow(InvalidInput)
  expect(() => readPage({ first: 101 })).toThrow(InvalidInput)
  expect(() => readPage({ after: 'nonsense' })).toThrow(InvalidInput)
  expect(() => readPage({ after: Buffer.from('{"a":1}').toString('base64url') })).toThrow(InvalidInput)
})

test('reads twenty when nobody says how many', () => {
  expect(readPage({})).toEqual({ limit: 20, after: null })
})

test('walks a list page by page: every row once, in order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { maxLength: 60 }), fc.integer({ min: 1, max: 25 }), (numbers, first) => {
      const rows = numbers.toSorted((a, b) => a - b)
      const seen: number[] = []
      for (let after: string | null = null, more = true; more; ) {
        const page = readPage({ first, after })
        const start = page.after ? rows.findIndex((row) => row > Number(page.after?.[0])) : 0
        const connection = toConnection(start < 0 ? [] : rows.slice(start, start + page.limit + 1), page, (row) => [
          row,
        ])
        seen.push(...connection.edges.map((edge) => edge.node))
        after = connection.pageInfo.endCursor
        more = connection.pageInfo.hasNextPage
      }
      expect(seen).toEqual(rows)
    }),
  )
})

test('refuses a moment that no calendar has, as any cursor that it did not make', () => {
  const { at, id } = pgTable('facts', { at: timestamp({ withTimezone: true }), id: text() })
  const pageOf = (...key: unknown[]) => readPage({ after: Buffer.from(JSON.stringify(key)).toString('base64url') })
  expect(afterCursor(pageOf('2028-02-29T00:00:00.000Z', 'x'), [at, id], 'asc')).toBeDefined()
  for (const moment of [
    '2026-02-30T00:00:00.000Z',
    '2027-02-29T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-01-01T00:00:60.000Z',
    '2026-01-01T00:00Z',
    'infinity',
  ])
    expect(() => afterCursor(pageOf(moment, 'x'), [at, id], 'asc'), moment).toThrow(InvalidInput)
})
