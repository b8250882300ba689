import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { createDb, createPool, type Db } from '../../postgres/database.ts'
import { migrateDatabase } from '../../postgres/migrate.ts'

/** A migrated database that belongs to one test file alone. */
export interface TestDatabase {
  db: Db
  pool: pg.Pool
  url: string
}

/**
 * Gives the calling test file a database of its own, cloned from a template to which `migrationsFolder` was applied once
 * for the whole run. Usable inside tests and hooks; dropped with the run's Postgres.
 */
export function useDatabase(migrationsFolder: string): TestDatabase {
  const database = {} as TestDatabase
  beforeAll(async () => {
    const template = await ensureTemplate(migrationsFolder)
    const name = `test_${randomBytes(8).toString('hex')}`
    await onMaintenance((client) => client.query(`create database ${name} template ${template}`))
    database.url = urlOf(name)
    database.pool = createPool(database.url, { name, max: 10 })
    database.db = createDb(database.pool)
  }, 60_000)
  afterAll(async () => {
    await database.pool?.end()
  })
  return database
}

/** The template's name holds the migrations' hash; an advisory lock lets one file make it and the others wait. */
async function ensureTemplate(folder: string): Promise<string> {
  const name = `template_${hashOf(folder)}`
  await onMaintenance(async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [name])
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await makeTemplate(client, name, folder)
  })
  return name
}

async function makeTemplate(client: pg.Client, name: string, folder: string): Promise<void> {
  const unfinished = `${name}_new`
  await client.query(`drop database if exists ${unfinished}`)
  await client.query(`create database ${unfinished}`)
  const pool = createPool(urlOf(unfinished), { name: 'migrate', max: 4 })
  await migrateDatabase(pool, folder).finally(() => pool.end())
  await client.query(`alter database ${unfinished} rename to ${name}`)
}

async function onMaintenance<T>(act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${database}`
  return url.toString()
}

function hashOf(folder: string): string {
  const hash = createHash('sha256')
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true }).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (file.isFile()) hash.update(file.name).update(readFileSync(join(file.parentPath, file.name)))
  }
  return hash.digest('hex').slice(0, 16)
}
