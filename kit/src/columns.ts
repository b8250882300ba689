import { type SQL, sql } from 'drizzle-orm'
import { toSnakeCase } from 'drizzle-orm/casing'
import {
  bigint,
  type CheckBuilder,
  check,
  customType,
  getTableConfig,
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
  return Object.values(columns).flatMap((column) => {
    const values = enumValuesOf(column)
    return values ? [check(enumCheckName(column), isOneOf(column, values))] : []
  })
}

/** The columns of a table that hold one of some words, or several of them, each with its words and the name of its check. */
export function enumColumns(table: PgTable): { column: string; values: readonly string[]; check: string }[] {
  return getTableConfig(table).columns.flatMap((column) => {
    const values = enumValuesOf(column)
    return values ? [{ column: toSnakeCase(column.name), values, check: enumCheckName(column) }] : []
  })
}

function enumValuesOf(column: PgColumn): readonly string[] | null {
  const { enumValues } = column instanceof PgArray ? column.baseColumn : column
  return enumValues && enumValues.length > 0 ? enumValues : null
}

function enumCheckName(column: PgColumn): string {
  return `${getTableConfig(column.table as PgTable).name}_${toSnakeCase(column.name)}_values`
}

function isOneOf(column: PgColumn, values: readonly string[]): SQL {
  const list = sql.raw(values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', '))
  return column instanceof PgArray ? sql`${column} <@ array[${list}]::text[]` : sql`${column} in (${list})`
}
