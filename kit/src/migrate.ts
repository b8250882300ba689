import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { runMigrations } from 'graphile-worker'
import type pg from 'pg'

/**
 * Brings a service's database to its newest form: the job queue's own schema first, as our migrations may refer to it,
 * then every migration of `folder` that has not run yet. Safe to run twice, and by two processes at once.
 */
export async function migrateDatabase(pool: pg.Pool, folder: string): Promise<{ migrations: number }> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock(20261)')
    await runMigrations({ pgPool: pool })
    await migrate(drizzle(client), { migrationsFolder: folder })
    return { migrations: readMigrationFiles({ migrationsFolder: folder }).length }
  } finally {
    await client.query('select pg_advisory_unlock(20261)').finally(() => client.release())
  }
}
