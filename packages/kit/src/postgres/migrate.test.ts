import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { migrationFolder } from '../testing/database/migration-folder.ts'
import { requireByteOrder, WrongSortOrder } from './byte-order.ts'
import { createPool } from './database.ts'
import { migrateDatabase } from './migrate.ts'

/** A database that nobody has migrated. */
async function emptyDatabase(options = ''): Promise<pg.Pool> {
  const name = `migrate_${randomBytes(8).toString('hex')}`
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  await client.query(`create database ${name} ${options}`).finally(() => client.end())
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  const pool = createPool(url.toString(), { name, max: 6 })
  onTestFinished(() => pool.end())
  return pool
}

async function columnsOf(pool: pg.Pool, table: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    'select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum',
    [table],
  )
  return rows.map(({ name }) => name)
}

const seats = 'create table seats (id text primary key)'

test('keeps the migrations before one that fails, and goes on with that one the next time', async () => {
  const pool = await emptyDatabase()
  const broken = migrationFolder({
    '0000_seats': seats,
    '0001_rows': 'alter table seats add row_number integer; select 1 / 0',
  })
  await expect(migrateDatabase(pool, broken)).rejects.toThrow('22012')
  expect(await columnsOf(pool, 'seats')).toEqual(['id'])
  const mended = migrationFolder({ '0000_seats': seats, '0001_rows': 'alter table seats add row_number integer' })
  expect(await migrateDatabase(pool, mended)).toEqual({ migrations: 2 })
  expect(await columnsOf(pool, 'seats')).toEqual(['id', 'row_number'])
  expect(await migrateDatabase(pool, mended)).toEqual({ migrations: 2 })
})

test('does not keep others waiting behind a lock that it cannot have, and has it in the end', async () => {
  const pool = await emptyDatabase()
  await migrateDatabase(pool, migrationFolder({ '0000_seats': seats }))
  const reader = await pool.connect()
  await reader.query('begin; select from seats')
  const folder = migrationFolder({ '0000_seats': seats, '0001_rows': 'alter table seats add row_number integer' })
  const migrating = migrateDatabase(pool, folder, { lockTimeoutMs: 20 })
  // Were the migration to stay in the queue, whoever reads would stay behind it.
  for (let seen = 0; seen < 5; ) {
    const waiting = await pool.query(`select from pg_locks where not granted and relation = 'seats'::regclass`)
    if (waiting.rowCount === 0) continue
    seen++
    await pool.query('select from seats')
  }
  expect(await columnsOf(pool, 'seats')).toEqual(['id'])
  await reader.query('commit')
  reader.release()
  await migrating
  expect(await columnsOf(pool, 'seats')).toEqual(['id', 'row_number'])
})

test('makes an index while the table is written to, also when two processes migrate at once', async () => {
  const pool = await emptyDatabase()
  const folder = migrationFolder({
    '0000_seats': seats,
    '0001_seats_by_length':
      '-- no transaction\ndrop index concurrently if exists seats_length;--> statement-breakpoint\ncreate index concurrently seats_length on seats (length(id))',
  })
  await Promise.all([migrateDatabase(pool, folder), migrateDatabase(pool, folder)])
  const { rows } = await pool.query(`select indisvalid from pg_index where indexrelid = 'seats_length'::regclass`)
  expect(rows).toEqual([{ indisvalid: true }])
  const { rowCount } = await pool.query('select from drizzle.__drizzle_migrations')
  expect(rowCount).toBe(2)
})

test('refuses a database that sorts by a language, or does not store UTF-8, and says how to make one', async () => {
  for (const options of [
    `template template0 locale_provider icu icu_locale 'en-US'`,
    `template template0 locale_provider libc lc_collate 'C' lc_ctype 'C' encoding 'SQL_ASCII'`,
  ]) {
    const pool = await emptyDatabase(options)
    const refusal = await migrateDatabase(pool, migrationFolder({ '0000_seats': seats })).catch(
      (error: unknown) => error,
    )
    expect(refusal, options).toBeInstanceOf(WrongSortOrder)
    expect((refusal as Error).message).toMatch(/create database migrate_\w+ template template0 encoding 'UTF8'/)
    const { rows } = await pool.query(`select to_regclass('seats') as seats`)
    expect(rows).toEqual([{ seats: null }])
  }
})

test.each([
  `locale_provider builtin builtin_locale 'C.UTF-8'`,
  `locale_provider builtin builtin_locale 'C'`,
  `locale_provider libc lc_collate 'C' lc_ctype 'C'`,
])('takes a database that sorts by bytes: %s', async (locale) => {
  await expect(
    requireByteOrder(await emptyDatabase(`template template0 encoding 'UTF8' ${locale}`)),
  ).resolves.toBeUndefined()
})
