import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { is } from 'drizzle-orm'
import { getTableConfig, PgArray, PgTable } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import { type EnumColumn, enumColumns } from '../../postgres/columns.ts'
import { violatedConstraint } from '../../postgres/database.ts'

/** What the database does with the words of one column. */
export interface EnumVerdict {
  /** `bookings.status` */
  column: string
  /** The constraint that refused a word of no enum; null when it was stored. */
  refusedBy: string | null
  /** The words of the enum that the database refuses. */
  refusedWords: string[]
}

/** Every table of the files that a Drizzle configuration names, from the folder it lies in. */
export async function tablesOf(folder: string, schema: readonly string[]): Promise<PgTable[]> {
  const files = schema.flatMap((pattern) => globSync(join(folder, pattern)))
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(file).href) as Promise<object>))
  return modules.flatMap((module) => Object.values(module)).filter((value): value is PgTable => is(value, PgTable))
}

/**
 * Has a migrated database judge every word of every `text({ enum })` column, and one that is in none: in a copy of the table
 * with that one constraint, so that no other can refuse the row.
 */
export async function checkEnumColumns(pool: pg.Pool, tables: readonly PgTable[]): Promise<EnumVerdict[]> {
  const client = await pool.connect()
  const verdicts: EnumVerdict[] = []
  try {
    for (const table of tables) {
      for (const column of enumColumns(table)) verdicts.push(await judge(client, table, column))
    }
  } finally {
    client.release()
  }
  return verdicts
}

async function judge(client: pg.PoolClient, table: PgTable, enumColumn: EnumColumn): Promise<EnumVerdict> {
  const { name, schema = 'public' } = getTableConfig(table)
  await client.query('begin')
  try {
    await client.query(`create temp table probe (like "${schema}"."${name}" including constraints) on commit drop`)
    await dropOthers(client, enumColumn.checkName)
    const refusedBy = await refusalOf(client, enumColumn, 'IN_NO_ENUM')
    const refusedWords: string[] = []
    for (const word of enumColumn.values) if (await refusalOf(client, enumColumn, word)) refusedWords.push(word)
    return { column: `${name}.${enumColumn.name}`, refusedBy, refusedWords }
  } finally {
    await client.query('rollback')
  }
}

async function dropOthers(client: pg.PoolClient, kept: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select conname as name from pg_constraint where conrelid = 'pg_temp.probe'::regclass and conname <> $1`,
    [kept],
  )
  for (const { name } of rows) await client.query(`alter table pg_temp.probe drop constraint "${name}"`)
}

async function refusalOf(client: pg.PoolClient, { column, name }: EnumColumn, word: string): Promise<string | null> {
  await client.query('savepoint before_word')
  try {
    const value = is(column, PgArray) ? [word] : word
    await client.query(`insert into pg_temp.probe ("${name}") values ($1)`, [value])
    return null
  } catch (error) {
    await client.query('rollback to savepoint before_word')
    const constraint = violatedConstraint(error)
    if (constraint === null) throw error
    return constraint
  }
}
