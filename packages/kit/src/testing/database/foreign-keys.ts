import type pg from 'pg'

/**
 * Foreign keys whose columns no index begins with, as `table(column)`. Whoever deletes a row that they refer to, or changes its
 * key, has the whole table read for each. A partial index counts: the rows that it leaves out are those without a reference.
 */
export async function foreignKeysWithoutIndex(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(`
    select constrained.conrelid::regclass || '(' || (
      select string_agg(attname, ', ' order by n) from unnest(constrained.conkey) with ordinality as keys (number, n)
      join pg_attribute on attrelid = constrained.conrelid and attnum = keys.number) || ')' as name
    from pg_constraint constrained
    join pg_class on pg_class.oid = constrained.conrelid
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace and nspname not in ('graphile_worker', 'drizzle')
    where constrained.contype = 'f' and not exists (
      select from pg_index
      where indrelid = constrained.conrelid
        and (indpred is null or pg_get_expr(indpred, indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$')
        and indkey[0] = any(constrained.conkey))
    order by 1`)
  return rows.map(({ name }) => name)
}
