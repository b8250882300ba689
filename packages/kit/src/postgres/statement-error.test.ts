import { fileURLToPath } from 'node:url'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { useDatabase } from '../testing/database/database.ts'
import { failEachStatement, textOf } from '../testing/database/failing-statements.ts'
import { testCtx } from '../testing/graphql/context.ts'
import { inTransaction, sqlState, violatedConstraint } from './database.ts'
import { inPipelinedTransaction } from './pipeline.ts'
import { inboxEvents } from './shared-tables.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))

const secret = 'GudEGzJf-a-secret'

const failures = {
  'a unique key': async () => {
    const row = { eventId: secret, type: 'x', receivedAt: new Date() }
    await database.db.insert(inboxEvents).values([row, row])
  },
  'a value of another type': () => database.db.execute(sql`select ${secret}::uuid`),
  'a number out of range': () => database.db.execute(sql`select ${`${secret}9`}::int`),
  'a null in a row with a secret': () =>
    database.db.execute(sql`insert into inbox_events (event_id, type, received_at) values (${secret}, 'x', null)`),
  'a failure in a function': () =>
    database.db.execute(sql`select format('%I', 1) from json_each(${`{"${secret}"`}::json)`),
  'a statement in a transaction': () =>
    inTransaction(testCtx(database), (tx) => tx.db.execute(sql`select ${secret}::timestamptz`)),
  'a prepared statement': () =>
    database.db
      .select()
      .from(inboxEvents)
      .where(eq(inboxEvents.receivedAt, sql`${sql.placeholder('at')}::timestamptz`))
      .prepare('by_moment')
      .execute({ at: secret }),
  'statements in one trip': () => inPipelinedTransaction(database.db, [sql`select 1`, sql`select ${secret}::uuid`]),
  'a statement of the pool': () => database.pool.query('select $1::uuid', [secret]),
}

test.each(Object.entries(failures))('leaves values out of the error of %s', async (_name, fail) => {
  const error = await fail().then(
    () => null,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(Error)
  expect(textOf(error)).not.toContain(secret)
})

test('says which statement failed, with which state, and which constraint refused', async () => {
  const error = await failures['a unique key']().then(
    () => null,
    (cause: unknown) => cause as Error,
  )
  expect(error?.message).toMatch(/duplicate key .* \(SQLSTATE 23505\) in: insert into "inbox_events"/)
  expect(sqlState(error)).toBe('23505')
  expect(violatedConstraint(error)).toBe('inbox_events_pkey')
})

test('fails each statement in turn, with its real parameters', async () => {
  const seen = await failEachStatement(async () => {
    await database.db.execute(sql`select ${secret}::text`)
    await inTransaction(testCtx(database), (tx) => tx.db.execute(sql`select ${secret}::text || 'x'`))
  })
  expect(seen.map(({ statement }) => statement)).toEqual(['select $1::text', "select $1::text || 'x'"])
  for (const { outcome } of seen) expect(outcome).toMatch(/syntax error/)
  expect(JSON.stringify(seen)).not.toContain(secret)
})
