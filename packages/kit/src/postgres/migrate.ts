import { setTimeout as sleep } from 'node:timers/promises'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { runMigrations } from 'graphile-worker'
import type pg from 'pg'
import { requireByteOrder } from './byte-order.ts'
import { sqlState } from './database.ts'

export interface MigrateOptions {
  /** Lock timeout of a migration: for so long other users of the table queue behind it. */
  lockTimeoutMs?: number
}

/** Number of retries after a lock timeout. */
const maxAttempts = 30
/** lock_not_available and deadlock_detected. */
const lockStates = new Set(['55P03', '40P01'])
const lockNumber = 20261

/**
 * Migrates a service's database: first the job queue's schema, to which our migrations may refer, then all pending migrations of
 * `folder`. Each has its own transaction; after a lock timeout it is retried. A migration that begins with `-- no transaction` runs
 * statement by statement, as `create index concurrently` requires. Safe to repeat and to run concurrently.
 * @throws {WrongSortOrder} when the database does not sort by bytes
 */
export async function migrateDatabase(
  pool: pg.Pool,
  folder: string,
  { lockTimeoutMs = 2_000 }: MigrateOptions = {},
): Promise<{ migrations: number }> {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  const client = await pool.connect()
  try {
    await requireByteOrder(client)
    await takeTurn(client)
    await runMigrations({ pgPool: pool })
    for (const migration of await listPending(client, migrations)) await apply(client, migration, lockTimeoutMs)
    return { migrations: migrations.length }
  } finally {
    await client.query(`select pg_advisory_unlock(${lockNumber})`).finally(() => client.release())
  }
}

/** Polls instead of waiting in a statement, which would block the other process's `create index concurrently`. */
async function takeTurn(client: pg.PoolClient): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${lockNumber}) as taken`)
    if (rows[0]?.taken) return
    await sleep(200)
  }
}

/** The pending migrations. The table is that of Drizzle's migrator. */
async function listPending(client: pg.PoolClient, migrations: MigrationMeta[]): Promise<MigrationMeta[]> {
  await client.query(`create schema if not exists drizzle`)
  await client.query(
    `create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  )
  const { rows } = await client.query<{ last: string | null }>(
    'select max(created_at) as last from drizzle.__drizzle_migrations',
  )
  const last = Number(rows[0]?.last ?? 0)
  return migrations.filter(({ folderMillis }) => folderMillis > last)
}

async function apply(client: pg.PoolClient, migration: MigrationMeta, lockTimeoutMs: number): Promise<void> {
  const isAlone = migration.sql[0]?.startsWith('-- no transaction') ?? false
  for (let attempt = 1; ; attempt++) {
    try {
      await (isAlone ? runAlone(client, migration) : runTogether(client, migration, lockTimeoutMs))
      return
    } catch (error) {
      if (attempt === maxAttempts || !lockStates.has(sqlState(error) ?? '')) throw error
      await sleep(Math.random() * 100 * Math.min(attempt, 20))
    }
  }
}

async function runTogether(client: pg.PoolClient, migration: MigrationMeta, lockTimeoutMs: number): Promise<void> {
  await client.query('begin')
  try {
    await client.query(`set local lock_timeout = ${lockTimeoutMs}`)
    for (const statement of migration.sql) await client.query(statement)
    await record(client, migration)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** Without a lock timeout: such statements block nobody while they wait. */
async function runAlone(client: pg.PoolClient, migration: MigrationMeta): Promise<void> {
  await client.query('set lock_timeout = 0')
  try {
    for (const statement of migration.sql) await client.query(statement)
  } finally {
    await client.query('reset lock_timeout')
  }
  await record(client, migration)
}

async function record(client: pg.PoolClient, { hash, folderMillis }: MigrationMeta): Promise<void> {
  await client.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
    hash,
    folderMillis,
  ])
}
