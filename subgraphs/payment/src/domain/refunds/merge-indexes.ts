import { type AnyColumn, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'

/** A list that is read from an index over `prefix`, `loose` and `order`, in that order, however many of them are asked for. */
export interface MergedList {
  table: PgTable
  /** Columns of few values, each with those that are wanted. */
  prefix: readonly { column: AnyColumn; values: readonly string[] }[]
  /** A column of which all values are wanted when there are none here. */
  loose?: { column: AnyColumn; value: string | null | undefined }
  /** What the list is ordered by, the id last. */
  order: readonly AnyColumn[]
  direction: 'asc' | 'desc'
  where?: SQL | undefined
  limit: number
}

/**
 * The ids of the list's first rows. Of each combination of the wanted values only the first rows are read, from the index, so
 * that the work hangs on how many combinations there are, and not on how many rows: Postgres by itself would walk an index in
 * the order of the list until enough rows fit, which may be never.
 */
export function firstIds({ table, prefix, loose, order, direction, where, limit }: MergedList): SQL {
  const names = [...prefix, ...(loose ? [loose] : [])].map((_each, index) => sql.raw(`v${index}`))
  const columns = [...prefix.map(({ column }) => column), ...(loose ? [loose.column] : [])]
  const fits = columns.map((column, index) => sql`${column} = combination.${names[index]}`)
  const id = order.at(-1)
  const keys = sql.join([...order], sql`, `)
  const sorted = sql.join(
    order.map((column) => sql`${column} ${sql.raw(direction)}`),
    sql`, `,
  )
  const outer = sql.join(
    order.map((column) => sql`${sql.raw(`"first".${quoted(nameOf(column))}`)} ${sql.raw(direction)}`),
    sql`, `,
  )
  return sql`(
    with recursive combination(${sql.join(names, sql`, `)}) as (${combinations(table, { prefix, loose, names })})
    select "first".${sql.raw(quoted(nameOf(id as AnyColumn)))} from combination cross join lateral (
      select ${keys} from ${table}
      where ${sql.join(fits, sql` and `)} ${where ? sql`and ${where}` : sql.empty()}
      order by ${sorted} limit ${limit}
    ) "first" order by ${outer} limit ${limit})`
}

type CombinationSpec = Pick<MergedList, 'prefix' | 'loose'> & { names: readonly SQL[] }

/** The wanted values, combined; for the loose column every value that there is, each found by one look into the index. */
function combinations(table: PgTable, { prefix, loose, names }: CombinationSpec): SQL {
  const sources = prefix.map(
    ({ values }, index) => sql`unnest(${sql.param([...values])}::text[]) as s${sql.raw(String(index))}(value)`,
  )
  const values = prefix.map((_each, index) => sql`s${sql.raw(String(index))}.value`)
  const given = loose?.value
  if (!loose) return sql`select ${sql.join(values, sql`, `)} from ${sql.join(sources, sql`, `)}`
  if (given)
    return sql`select ${sql.join([...values, sql`${given}::text`], sql`, `)} from ${sql.join(sources, sql`, `)}`
  const last = names.at(-1) as SQL
  const next = (known: readonly SQL[], after: SQL) => sql`(
    select min(${loose.column}) from ${table}
    where ${sql.join([...prefix.map(({ column }, index) => sql`${column} = ${known[index]}`), after], sql` and `)})`
  const known = names.slice(0, -1).map((name) => sql`combination.${name}`)
  return sql`
    select ${sql.join([...values, next(values, sql`true`)], sql`, `)} from ${sql.join(sources, sql`, `)}
    union all
    select ${sql.join([...known, next(known, sql`${loose.column} > combination.${last}`)], sql`, `)}
    from combination where combination.${last} is not null`
}

/** As the database calls it. */
function nameOf(column: AnyColumn): string {
  return column.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function quoted(name: string): string {
  return `"${name}"`
}
