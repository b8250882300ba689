import { is } from 'drizzle-orm'
import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import { type PgDatabase, PgTransaction } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { stripErrorValues, unwrapDrizzleErrors } from './statement-error.ts'

/** A database, or a transaction in it: what is written for one runs in the other. */
export type Db = PgDatabase<NodePgQueryResultHKT, Record<string, never>>

/** Limits of a service's connection pool. */
export interface PoolOptions {
  /** Who connects, as Postgres shows it in pg_stat_activity. */
  name: string
  max?: number
  statementTimeoutMs?: number
  lockTimeoutMs?: number
}

const maxAttempts = 5
/** serialization_failure and deadlock_detected: Postgres undid the transaction, and it may be run again. */
const retryableStates = new Set(['40001', '40P01'])

/**
 * Besides those: lock_not_available, query_canceled (by its time limit), too_many_connections, admin_shutdown, cannot_connect_now.
 */
const transientStates = new Set([...retryableStates, '55P03', '57014', '53300', '57P01', '57P03'])
/** What pg says, without a code, when no connection of the pool was free in time. */
const poolTimeout = 'timeout exceeded when trying to connect'

/**
 * A pool that never waits for ever: connecting, statements, locks and idle transactions all have a limit. Its errors hold no
 * values, so they may be logged.
 */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.name,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? 10_000,
    lock_timeout: options.lockTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: 15_000,
  })
  // A broken connection is replaced at its next use. Without a listener it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
    stripErrorValues(client)
  })
  return pool
}

/** Drizzle over a pool. What it throws when a statement fails is a `StatementError`. */
export function createDb(pool: pg.Pool): Db {
  unwrapDrizzleErrors()
  return drizzle(pool, { casing: 'snake_case' })
}

/**
 * Runs `act` in one transaction, with a context whose `db` is that transaction: all of it happens, or nothing.
 * A nested call joins. Deadlocks and serialization failures are retried, so `act` may run more than once.
 */
export async function inTransaction<C extends { db: Db }, T>(ctx: C, act: (ctx: C) => Promise<T>): Promise<T> {
  if (is(ctx.db, PgTransaction)) return await act(ctx)
  return await retryOnConflict(() => ctx.db.transaction((tx) => act({ ...ctx, db: tx })))
}

/** Runs a whole transaction again when Postgres undid it for a deadlock or a serialization failure. */
export async function retryOnConflict<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (attempt === maxAttempts || !retryableStates.has(sqlState(error) ?? '')) throw error
      await pause(attempt)
    }
  }
}

/** Whether `db` is inside a transaction. */
export function isInTransaction(db: Db): boolean {
  return is(db, PgTransaction)
}

/** The pool that a database was made over. Not for a transaction in it. */
export function poolOf(db: Db): pg.Pool {
  return (db as Db & { $client: pg.Pool }).$client
}

/** The SQLSTATE of a Postgres error, however deeply it is wrapped; null for anything else. */
export function sqlState(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof pg.DatabaseError) return cause.code ?? null
  }
  return null
}

/**
 * Whether Postgres gave up for lack of something that is there again in a moment: a lock, time, a connection. What the
 * statement belonged to was undone.
 */
export function isTransientError(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return transientStates.has(state)
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message === poolTimeout) return true
  }
  return false
}

/** The name of the constraint that refused a row, or null when it was something else. */
export function violatedConstraint(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof pg.DatabaseError && cause.code?.startsWith('23')) return cause.constraint ?? null
  }
  return null
}

/** Jittered, so that two transactions which collided do not collide again in step. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt))
}
