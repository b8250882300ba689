import { getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm'
import { toSnakeCase } from 'drizzle-orm/casing'
import {
  bigint,
  type CheckBuilder,
  check,
  customType,
  PgArray,
  type PgColumn,
  type PgTable,
  timestamp,
} from 'drizzle-orm/pg-core'

/** A moment, exact to the millisecond that JavaScript knows. */
export const moment = () => timestamp({ withTimezone: true })

/** An amount in the smallest unit of its currency. */
export const minor = () => bigint({ mode: 'number' })

/** The number of a transaction of the database, which never wraps around. They begin in the order of their numbers. */
export const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' })

/** Words that full-text search finds. */
export const searchVector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/** Bytes as they came. */
export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/**
 * One check for each `text({ enum })` column of a table, from the same list of values: `bookings_status_values`. Without it the
 * enum is a type of TypeScript alone, and a typing error in a console or an older version of the service is stored.
 */
export function enumChecks(columns: Record<string, PgColumn>): CheckBuilder[] {
  const [first] = Object.values(columns)
  if (!first) return []
  return enumColumns(first.table as PgTable).map(({ column, values, checkName }) =>
    check(checkName, isOneOf(column, values)),
  )
}

/** A column that holds one of some words, or an array of them. */
export interface EnumColumn {
  column: PgColumn
  /** As the database calls it. */
  name: string
  values: readonly string[]
  checkName: string
}

/** The `text({ enum })` columns of a table. */
export function enumColumns(table: PgTable): EnumColumn[] {
  return Object.values(getTableColumns(table)).flatMap((column) => {
    const { enumValues } = column instanceof PgArray ? column.baseColumn : column
    const name = toSnakeCase(column.name)
    const checkName = `${getTableName(table)}_${name}_values`
    return enumValues && enumValues.length > 0 ? [{ column, name, values: enumValues, checkName }] : []
  })
}

function isOneOf(column: PgColumn, values: readonly string[]): SQL {
  const list = sql.raw(values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', '))
  return column instanceof PgArray ? sql`${column} <@ array[${list}]::text[]` : sql`${column} in (${list})`
}
