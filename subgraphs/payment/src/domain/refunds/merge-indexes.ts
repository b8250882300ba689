import { keyset, type Page } from '@tikitu/kit/postgres/pagination'
import { type AnyColumn, and, inArray, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'

/** A list read from an index over `prefix`, `loose` and `order`, in that order. */
export interface MergedList {
  table: PgTable
  /** Columns of few values, with the wanted ones. */
  prefix: readonly { column: AnyColumn; values: readonly string[] }[]
  /** A column of which all values are wanted unless one is given. */
  loose?: { column: AnyColumn; value: string | null | undefined }
  /** The order, ending with the id. */
  order: readonly AnyColumn[]
  direction: 'asc' | 'desc'
  where?: SQL | undefined
  page: Page
}

/**
 * The condition and the order that read a page of the list, in place of `keyset`. Only the first rows of each combination of values are read, from the index, so the cost
 * depends on the number of combinations, not of rows: Postgres alone would walk an index in list order until enough rows
 * match, which may be never.
 */
export function mergedPage(list: MergedList): { where: SQL; orderBy: SQL[] } {
  const { order, direction, page } = list
  const beyond = keyset(page, order, direction)
  const ids = firstIds(list, {
    where: and(list.where, beyond.where),
    sorting: sql.raw((direction === 'asc') === page.isBackward ? 'desc' : 'asc'),
  })
  return { where: inArray(order.at(-1) as AnyColumn, ids), orderBy: beyond.orderBy }
}

/** The ids of the first rows by that sorting. */
function firstIds(
  { table, prefix, loose, order, page }: MergedList,
  { where, sorting }: { where: SQL | undefined; sorting: SQL },
): SQL {
  const limit = page.limit + 1
  const names = [...prefix, ...(loose ? [loose] : [])].map((_each, index) => sql.raw(`v${index}`))
  const columns = [...prefix.map(({ column }) => column), ...(loose ? [loose.column] : [])]
  const fits = columns.map((column, index) => sql`${column} = combination.${names[index]}`)
  const id = order.at(-1)
  const keys = sql.join([...order], sql`, `)
  const sorted = sql.join(
    order.map((column) => sql`${column} ${sorting}`),
    sql`, `,
  )
  const outer = sql.join(
    order.map((column) => sql`${sql.raw(`"first".${quoted(nameOf(column))}`)} ${sorting}`),
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

/** The combinations of the wanted values. For the loose column every existing value, each found by one index lookup. */
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

/** The column's name in the database. */
function nameOf(column: AnyColumn): string {
  return column.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function quoted(name: string): string {
  return `"${name}"`
}
