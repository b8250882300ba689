import { is } from 'drizzle-orm'
import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import { type PgDatabase, PgTransaction } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { stripErrorValues, unwrapDrizzleErrors } from './statement-error.ts'

/** A database, or a transaction in it; both have the same interface. */
export type Db = PgDatabase<NodePgQueryResultHKT, Record<string, never>>

/** Limits of a service's connection pool. */
export interface PoolOptions {
  /** The application name in pg_stat_activity. */
  name: string
  max?: number
  statementTimeoutMs?: number
  lockTimeoutMs?: number
}

const maxAttempts = 5
/** serialization_failure and deadlock_detected: the transaction was rolled back and can be retried. */
const retryableStates = new Set(['40001', '40P01'])

/**
 * In addition: lock_not_available, query_canceled (by a timeout), too_many_connections, admin_shutdown, cannot_connect_now.
 */
const transientStates = new Set([...retryableStates, '55P03', '57014', '53300', '57P01', '57P03'])
/** The message of pg, which has no code, when no connection of the pool was free in time. */
const poolTimeout = 'timeout exceeded when trying to connect'

/**
 * A pool with timeouts for connections, statements, locks and idle transactions. Its errors contain no values, so they can be logged.
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
  // A broken connection is replaced at its next use. Without this listener it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
    stripErrorValues(client)
  })
  return pool
}

/** Drizzle over a pool. Failed statements throw a `StatementError`. */
export function createDb(pool: pg.Pool): Db {
  unwrapDrizzleErrors()
  return drizzle(pool, { casing: 'snake_case' })
}

/**
 * Runs `act` in a transaction, with a context whose `db` is that transaction. A nested call joins the outer one. Deadlocks and
 * serialization failures are retried, so `act` may run more than once.
 */
export async function inTransaction<C extends { db: Db }, T>(ctx: C, act: (ctx: C) => Promise<T>): Promise<T> {
  if (is(ctx.db, PgTransaction)) return await act(ctx)
  return await retryOnConflict(() => ctx.db.transaction((tx) => act({ ...ctx, db: tx })))
}

/** Retries a whole transaction after a deadlock or a serialization failure. */
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

/** The pool of a database. Not for a transaction. */
export function poolOf(db: Db): pg.Pool {
  return (db as Db & { $client: pg.Pool }).$client
}

/** The SQLSTATE of a Postgres error, also of a wrapped one; null for other errors. */
export function sqlState(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof pg.DatabaseError) return cause.code ?? null
  }
  return null
}

/**
 * Whether a Postgres error is transient: a lock, a timeout, no connection. The transaction was rolled back.
 */
export function isTransientError(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return transientStates.has(state)
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message === poolTimeout) return true
  }
  return false
}

/** The name of the violated constraint; null for other errors. */
export function violatedConstraint(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof pg.DatabaseError && cause.code?.startsWith('23')) return cause.constraint ?? null
  }
  return null
}

/** With jitter, so that two colliding transactions do not collide again. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt))
}
