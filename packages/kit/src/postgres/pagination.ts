import { type AnyColumn, is, SQL, sql } from 'drizzle-orm'
import { InvalidInput } from '../base/errors.ts'
import { isStorable } from '../base/storable-text.ts'

/** The arguments of a Relay connection that is read forwards. */
export interface PageArgs {
  first?: number | null
  after?: string | null
}

/** A checked page request. Read `limit + 1` rows: the one too many tells whether there is a next page. */
export interface Page {
  limit: number
  after: readonly (string | number)[] | null
}

/** A Relay connection. */
export interface Connection<Row> {
  edges: { cursor: string; node: Row }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

const maxPageSize = 100

/** Checks `first` (1 to 100, 20 when absent) and `after`. @throws {InvalidInput} */
export function readPage(args: PageArgs): Page {
  const limit = args.first ?? 20
  if (limit < 1 || limit > maxPageSize) {
    throw new InvalidInput([{ field: 'first', message: `must be between 1 and ${maxPageSize}` }])
  }
  return { limit, after: args.after ? readCursor(args.after) : null }
}

/** The rows of one page as a connection; `keyOf` gives the values the list is ordered by, the id last. */
export function toConnection<Row>(
  rows: readonly Row[],
  page: Page,
  keyOf: (row: Row) => (string | number)[],
): Connection<Row> {
  const edges = rows.slice(0, page.limit).map((node) => ({ cursor: writeCursor(keyOf(node)), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.limit,
      hasPreviousPage: page.after !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

/** Keeps the rows that come after the page's cursor, in the order of `columns`; everything when there is no cursor. */
export function afterCursor(
  page: Page,
  columns: readonly (AnyColumn | SQL)[],
  direction: 'asc' | 'desc',
): SQL | undefined {
  if (!page.after) return undefined
  const fits = columns.map((column, index) => isOfColumn(column, page.after?.[index]))
  if (page.after.length !== columns.length || fits.includes(false)) throw badCursor()
  const left = sql.join([...columns], sql`, `)
  const right = sql.join(
    page.after.map((value) => sql`${value}`),
    sql`, `,
  )
  return direction === 'asc' ? sql`(${left}) > (${right})` : sql`(${left}) < (${right})`
}

function writeCursor(key: (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

function readCursor(cursor: string): (string | number)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.every(isKeyValue)) return key
  } catch {
    // Not JSON: refused below like any other cursor that we did not make.
  }
  throw badCursor()
}

function isKeyValue(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && isStorable(value))
}

/** Whether the value can stand in that column: the database would not refuse another one politely. */
function isOfColumn(column: AnyColumn | SQL, value: unknown): boolean {
  if (is(column, SQL)) return true
  if (column.dataType === 'date') return typeof value === 'string' && isMoment(value)
  return typeof value === (column.dataType === 'number' ? 'number' : 'string')
}

function isMoment(text: string): boolean {
  const time = /^[1-9]\d{3}-\d{2}-\d{2}T[\d:.]{12}Z$/.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString() === text
}

function badCursor(): InvalidInput {
  return new InvalidInput([{ field: 'after', message: 'is not a valid cursor for this list' }])
}
