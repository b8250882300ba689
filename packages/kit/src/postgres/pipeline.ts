import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import { type Db, isInTransaction, poolOf, retryOnConflict } from './database.ts'
import { statementName } from './statement-name.ts'

const dialect = new PgDialect({ casing: 'snake_case' })

/** What the driver has, but its types do not know yet: queries are sent without waiting for the answers to those before. */
type PipelinedClient = pg.PoolClient & { pipeline: boolean }

/**
 * Runs statements as one transaction in one round trip, and answers with the rows of each. A statement sees what those before
 * it did, and what others had committed when its own turn came: so a lock taken by the first protects what the second reads.
 * None can depend in TypeScript on what another answered. When one fails, none has happened. In a transaction they join it.
 */
export async function inPipelinedTransaction(db: Db, statements: readonly SQL[]): Promise<Record<string, unknown>[][]> {
  if (isInTransaction(db)) return await oneByOne(db, statements)
  return await retryOnConflict(() => sendTogether(poolOf(db), statements))
}

async function oneByOne(db: Db, statements: readonly SQL[]): Promise<Record<string, unknown>[][]> {
  const answers = []
  for (const statement of statements) answers.push((await db.execute(statement)).rows)
  return answers
}

async function sendTogether(pool: pg.Pool, statements: readonly SQL[]): Promise<Record<string, unknown>[][]> {
  const queries = statements.map((statement) => {
    const { sql: text, params } = dialect.sqlToQuery(statement)
    return { name: statementName(text), text, values: params }
  })
  const client = (await pool.connect()) as PipelinedClient
  client.pipeline = true
  const answers = await Promise.allSettled(
    [{ text: 'begin' }, ...queries, { text: 'commit' }].map((q) => client.query(q)),
  )
  client.pipeline = false
  // The first failure is the reason; those after it only say that the transaction was given up, and commit then undoes it.
  const failure = answers.find((answer) => answer.status === 'rejected')
  const isBroken = answers.at(-1)?.status === 'rejected'
  client.release(isBroken ? (failure?.reason as Error) : undefined)
  if (failure) throw failure.reason
  return answers.slice(1, -1).map((answer) => (answer as PromiseFulfilledResult<pg.QueryResult>).value.rows)
}
