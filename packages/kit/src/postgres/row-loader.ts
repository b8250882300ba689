import type DataLoader from 'dataloader'
import { type AnyColumn, and, Column, fillPlaceholders, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { type Db, isInTransaction, poolOf } from './database.ts'
import { groupLoaderOf, type Loader, loaderOf } from './loader.ts'
import { statementName } from './statement-name.ts'

/** Rows of a table by one of its columns. */
export interface RowsBy<T extends PgTable, W extends keyof T['$inferSelect'] = never> {
  from: T
  by: AnyColumn
  where?: SQL | undefined
  order?: readonly SQL[]
  /** Columns that are not read. */
  without?: readonly W[]
}

/** What a loader needs. */
interface Scope {
  db: Db
}

type Row<T extends PgTable, W extends keyof T['$inferSelect']> = Omit<T['$inferSelect'], W>

/** Defines a loader of at most one row per key. */
export function rowBy<T extends PgTable, W extends keyof T['$inferSelect'] = never>(
  rows: RowsBy<T, W>,
): (scope: Scope) => Loader<Row<T, W>> {
  const read = readBy(rows)
  const keyOf = keyBy(rows)
  return ({ db }) => loaderOf((keys) => read(db, keys), keyOf)
}

/** Defines a loader of all rows per key, in the given order. */
export function rowsBy<T extends PgTable, W extends keyof T['$inferSelect'] = never>(
  rows: RowsBy<T, W>,
): (scope: Scope) => DataLoader<string, Row<T, W>[]> {
  const read = readBy(rows)
  const keyOf = keyBy(rows)
  return ({ db }) => groupLoaderOf((keys) => read(db, keys), keyOf)
}

type LoaderDefinitions<S> = Readonly<Record<string, (scope: S) => DataLoader<string, unknown>>>

/** The loaders of a request, each created at its first use. */
export type LoadersOf<M extends LoaderDefinitions<never>> = { readonly [K in keyof M]: ReturnType<M[K]> }

/** Creates the loaders of a request. */
export function loadersOf<S, M extends LoaderDefinitions<S>>(scope: S, definitions: M): LoadersOf<M> {
  const loaders = {}
  for (const [name, define] of Object.entries(definitions)) {
    const get = () => {
      const value = define(scope)
      Object.defineProperty(loaders, name, { value, enumerable: true })
      return value
    }
    Object.defineProperty(loaders, name, { get, configurable: true })
  }
  return loaders as LoadersOf<M>
}

type ReadRows<R> = (db: Db, keys: readonly string[]) => Promise<R[]>

/**
 * One prepared statement for any number of keys, built once per database. A connection that has prepared it sends only its name.
 */
function readBy<T extends PgTable, W extends keyof T['$inferSelect']>(rows: RowsBy<T, W>): ReadRows<Row<T, W>> {
  const prepared = new WeakMap<Db, ReadRows<Row<T, W>>>()
  return (db, keys) => {
    const known = prepared.get(db) ?? prepare(db, rows)
    prepared.set(db, known)
    return known(db, keys)
  }
}

function prepare<T extends PgTable, W extends keyof T['$inferSelect']>(
  db: Db,
  { from, by, where, order = [], without = [] }: RowsBy<T, W>,
): ReadRows<Row<T, W>> {
  const left = new Set<string>(without as readonly string[])
  const columns = Object.fromEntries(Object.entries(getTableColumns(from)).filter(([key]) => !left.has(key)))
  const query = db
    .select(columns)
    .from(from as PgTable)
    .where(and(sql`${by} = any(${sql.placeholder('keys')})`, where))
    .orderBy(...order)
  const { sql: text, params } = query.toSQL()
  const name = statementName(text)
  if (isInTransaction(db)) {
    const statement = query.prepare(name)
    return async (_db, keys) => (await statement.execute({ keys: [...keys] })) as Row<T, W>[]
  }
  const pool = poolOf(db)
  const read = rowReader(columns)
  return async (_db, keys) => {
    const values = fillPlaceholders(params, { keys: [...keys] })
    const { rows } = await pool.query<unknown[]>({ name, text, values, rowMode: 'array', types })
    return rows.map(read) as Row<T, W>[]
  }
}

/** Maps row values to an object as Drizzle does, but inspects the columns once instead of per value. */
function rowReader(columns: Record<string, Column>): (values: readonly unknown[]) => object {
  const readers = Object.entries(columns).map(([key, column]) => {
    const isPlain = column.mapFromDriverValue === Column.prototype.mapFromDriverValue
    return { key, read: isPlain ? null : (value: unknown) => column.mapFromDriverValue(value) }
  })
  return (values) => {
    const row: Record<string, unknown> = {}
    let index = 0
    for (const { key, read } of readers) {
      const value = values[index++]
      row[key] = read && value !== null ? read(value) : value
    }
    return row
  }
}

/** Timestamps, dates, intervals, arrays of them and arrays of decimals: Drizzle's columns parse these from text. */
const textTypes = new Set([1082, 1114, 1115, 1182, 1184, 1185, 1186, 1187, 1231])
const asText = (text: string) => text
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    textTypes.has(oid) ? asText : pg.types.getTypeParser(oid, format as 'text'),
}

function keyBy({ from, by }: { from: PgTable; by: AnyColumn }): (row: object) => string {
  const key = Object.entries(getTableColumns(from)).find(([, column]) => column === by)?.[0]
  if (!key) throw new Error(`${by.name} is not a column of the table`)
  return (row) => String((row as Record<string, unknown>)[key] ?? '')
}
