import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import { type Db, isInTransaction, poolOf, retryOnConflict } from './database.ts'
import { statementName } from './statement-name.ts'

const dialect = new PgDialect({ casing: 'snake_case' })

/** The driver's pipeline mode, which its types lack: queries are sent without waiting for earlier results. */
type PipelinedClient = pg.PoolClient & { pipeline: boolean }

/**
 * Runs statements as one transaction in one round trip, and returns the rows of each. Each statement sees the effects of the earlier
 * ones, and what others committed before it started: a lock taken by the first protects the reads of the second. When one fails, all
 * are rolled back. Inside a transaction they join it.
 */
export async function inPipelinedTransaction(db: Db, statements: readonly SQL[]): Promise<Record<string, unknown>[][]> {
  if (isInTransaction(db)) return await runOneByOne(db, statements)
  return await retryOnConflict(() => sendPipelined(poolOf(db), statements))
}

async function runOneByOne(db: Db, statements: readonly SQL[]): Promise<Record<string, unknown>[][]> {
  const results = []
  for (const statement of statements) results.push((await db.execute(statement)).rows)
  return results
}

async function sendPipelined(pool: pg.Pool, statements: readonly SQL[]): Promise<Record<string, unknown>[][]> {
  const queries = statements.map((statement) => {
    const { sql: text, params } = dialect.sqlToQuery(statement)
    return { name: statementName(text), text, values: params }
  })
  const client = (await pool.connect()) as PipelinedClient
  client.pipeline = true
  const results = await Promise.allSettled(
    [{ text: 'begin' }, ...queries, { text: 'commit' }].map((q) => client.query(q)),
  )
  client.pipeline = false
  // The first failure is the cause; later ones only report the aborted transaction, which `commit` rolls back.
  const failure = results.find((result) => result.status === 'rejected')
  const isBroken = results.at(-1)?.status === 'rejected'
  client.release(isBroken ? (failure?.reason as Error) : undefined)
  if (failure) throw failure.reason
  return results.slice(1, -1).map((result) => (result as PromiseFulfilledResult<pg.QueryResult>).value.rows)
}
