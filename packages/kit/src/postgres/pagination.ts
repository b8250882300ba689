import { type AnyColumn, asc, desc, is, SQL, sql } from 'drizzle-orm'
import { InvalidInput } from '../base/errors.ts'
import { isStorable } from '../base/storable-text.ts'

/** The arguments of a Relay connection: `first` and `after` read forwards, `last` and `before` backwards. */
export interface PageArgs {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}

/** A checked page request. Read `limit + 1` rows in the order of `keyset`: the extra one tells whether there are more. */
export interface Page {
  limit: number
  isBackward: boolean
  /** The key of the row that the page begins after, or before when it is read backwards; null at the end of the list. */
  cursor: readonly (string | number)[] | null
}

/** A Relay connection. */
export interface Connection<Row> {
  edges: { cursor: string; node: Row }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

type Key = readonly (AnyColumn | SQL)[]
type Direction = 'asc' | 'desc'

const maxPageSize = 100
const defaultPageSize = 20

/** Checks the size of the page (1 to 100, 20 when absent) and its cursor. @throws {InvalidInput} */
export function readPage({ first, after, last, before }: PageArgs): Page {
  const isBackward = isGiven(last) || isGiven(before)
  if (isBackward && (isGiven(first) || isGiven(after))) {
    throw new InvalidInput([{ field: 'last', message: 'cannot be combined with `first` or `after`' }])
  }
  const [field, size, cursor] = isBackward ? ['last', last, before] : ['first', first, after]
  const limit = size ?? defaultPageSize
  if (limit < 1 || limit > maxPageSize) {
    throw new InvalidInput([{ field: `${field}`, message: `must be between 1 and ${maxPageSize}` }])
  }
  return { limit, isBackward, cursor: cursor ? readCursor(cursor, isBackward) : null }
}

/** The rows of one page, as `keyset` orders them, as a connection; `keyOf` gives the values of the key's columns. */
export function toConnection<Row>(
  rows: readonly Row[],
  page: Page,
  keyOf: (row: Row) => (string | number)[],
): Connection<Row> {
  const edges = rows.slice(0, page.limit).map((node) => ({ cursor: writeCursor(keyOf(node)), node }))
  if (page.isBackward) edges.reverse()
  const [hasMore, hasPassed] = [rows.length > page.limit, page.cursor !== null]
  return {
    edges,
    pageInfo: {
      hasNextPage: page.isBackward ? hasPassed : hasMore,
      hasPreviousPage: page.isBackward ? hasMore : hasPassed,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

/**
 * The condition and the order that read a page of the list that `key` orders, an id last: `where(and(…, where)).orderBy(...orderBy)`.
 * A page that is read backwards comes in reverse; `toConnection` turns it. @throws {InvalidInput} for a cursor of another list
 */
export function keyset(page: Page, key: Key, direction: Direction): { where: SQL | undefined; orderBy: SQL[] } {
  const order = (direction === 'asc') === page.isBackward ? desc : asc
  return { where: beyondCursor(page, key, direction), orderBy: key.map((column) => order(column)) }
}

/**
 * Checks that the page's cursor is one of the list that `key` orders. `keyset` does so too; this is for pages that are read together,
 * so that a bad cursor refuses its own page alone. @throws {InvalidInput}
 */
export function requireCursorOf({ cursor, isBackward }: Page, key: Key): void {
  if (!cursor) return
  const fits = key.map((column, index) => isOfColumn(column, cursor[index]))
  if (cursor.length !== key.length || fits.includes(false)) throw badCursor(isBackward)
}

function beyondCursor(page: Page, key: Key, direction: Direction): SQL | undefined {
  const { cursor, isBackward } = page
  if (!cursor) return undefined
  requireCursorOf(page, key)
  const left = sql.join([...key], sql`, `)
  const right = sql.join(
    cursor.map((value) => sql`${value}`),
    sql`, `,
  )
  return (direction === 'asc') === isBackward ? sql`(${left}) < (${right})` : sql`(${left}) > (${right})`
}

function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== null && value !== undefined
}

function writeCursor(key: (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

function readCursor(cursor: string, isBackward: boolean): (string | number)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.every(isKeyValue)) return key
  } catch {
    // Not JSON: refused below like any foreign cursor.
  }
  throw badCursor(isBackward)
}

function isKeyValue(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && isStorable(value))
}

/** Whether the value fits the column: the database would answer with an unexpected error. */
function isOfColumn(column: AnyColumn | SQL, value: unknown): boolean {
  if (is(column, SQL)) return true
  if (column.dataType === 'date') return typeof value === 'string' && isMoment(value)
  return column.dataType === 'number' ? isIntegerOf(column, value) : typeof value === 'string'
}

function isIntegerOf(column: AnyColumn, value: unknown): boolean {
  return Number.isSafeInteger(value) && (column.columnType !== 'PgInteger' || value === (Number(value) | 0))
}

function isMoment(text: string): boolean {
  const time = /^[1-9]\d{3}-\d{2}-\d{2}T[\d:.]{12}Z$/.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString() === text
}

function badCursor(isBackward: boolean): InvalidInput {
  return new InvalidInput([{ field: isBackward ? 'before' : 'after', message: 'is not a valid cursor for this list' }])
}
