import type pg from 'pg'

/** The database does not sort text by bytes. Nothing was changed. */
export class WrongSortOrder extends Error {
  override readonly name = 'WrongSortOrder'
}

/**
 * Refuses a database with a language-specific sort order. Keyset pagination (`id < …`) and prefix searches by index need byte order.
 * Byte order also does not change with the operating system's version, which silently corrupts text indexes otherwise. @throws {WrongSortOrder}
 */
export async function requireByteOrder(client: pg.Pool | pg.PoolClient): Promise<void> {
  // As JSON, since older versions of Postgres lack some of the columns.
  const { rows } = await client.query<{ database: DatabaseRow; encoding: string }>(
    `/* kit.requireByteOrder */ select to_jsonb(pg_database) as database, pg_encoding_to_char(encoding) as encoding
      from pg_database where datname = current_database()`,
  )
  const [row] = rows
  if (!row || (isByBytes(row.database) && row.encoding === 'UTF8')) return
  const { datname, datcollate } = row.database
  throw new WrongSortOrder(
    `Database ${datname} sorts by ${row.database.datlocale ?? row.database.daticulocale ?? datcollate}, in ${row.encoding}. It must use byte order and UTF-8. ` +
      `Set this when you create the database: create database ${datname} template template0 encoding 'UTF8' ` +
      `locale_provider builtin builtin_locale 'C.UTF-8' (before Postgres 17: lc_collate 'C' lc_ctype 'en_US.UTF-8').`,
  )
}

interface DatabaseRow {
  datname: string
  datcollate: string
  /** b: of Postgres itself; c: of the operating system; i: of ICU. */
  datlocprovider?: string
  datlocale?: string | null
  daticulocale?: string | null
}

/** All built-in locales of Postgres sort by bytes; of the operating system's, only C and POSIX do. */
function isByBytes({ datlocprovider = 'c', datcollate }: DatabaseRow): boolean {
  return datlocprovider === 'b' || (datlocprovider === 'c' && (datcollate === 'C' || datcollate === 'POSIX'))
}
