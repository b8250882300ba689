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

/** A timestamp with time zone, in milliseconds as in JavaScript. */
export const moment = () => timestamp({ withTimezone: true })

/** An amount in the smallest unit of its currency. */
export const minor = () => bigint({ mode: 'number' })

/** A database transaction id (xid8), which never wraps around. Ids are assigned in order of start. */
export const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' })

/** A full-text search vector. */
export const searchVector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/** Raw bytes. */
export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/**
 * A check constraint for each `text({ enum })` column of a table, such as `bookings_status_values`. Without it only TypeScript knows the
 * values, and a typo in a console would be stored.
 */
export function enumChecks(columns: Record<string, PgColumn>): CheckBuilder[] {
  const [first] = Object.values(columns)
  if (!first) return []
  return enumColumns(first.table as PgTable).map(({ column, values, checkName }) =>
    check(checkName, isOneOf(column, values)),
  )
}

/** A column with one of several values, or an array of them. */
export interface EnumColumn {
  column: PgColumn
  /** Its name in the database. */
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
