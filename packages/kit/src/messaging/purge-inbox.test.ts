import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { newId } from '../base/ids.ts'
import { useDatabase } from '../testing/database/database.ts'
import { testCtx } from '../testing/graphql/context.ts'
import type { CloudEvent } from './cloud-event.ts'
import { handleOnce } from './inbox.ts'
import { commonPurgeRules, purge } from './purge.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))

/** How long the queue tries to deliver an event: 25 times, each e times as long after the last, at most e to the tenth seconds. */
async function retryDays(): Promise<number> {
  const { rows } = await database.db.execute<{ days: number }>(
    sql`select (sum(exp(least(n, 10))) / 86400)::float as days from generate_series(1, 25) n`,
  )
  return rows[0]?.days ?? 0
}

test('an event that comes again while the queue tries, or is replayed in weeks, is known after every purge', async () => {
  const now = new Date()
  const event: CloudEvent = {
    specversion: '1.0',
    id: newId('evt'),
    source: 'tikitu/test',
    type: 'tikitu.test.happened.v1',
    time: now.toISOString(),
    datacontenttype: 'application/json',
    subject: 'x',
    actor: 'service:test',
    requestid: 'req_1',
    data: {},
  }
  let takings = 0
  const takeAfter = async (days: number) => {
    const later = new Date(now.getTime() + days * 86_400_000)
    const ctx = testCtx(database, { now: () => later })
    await purge(ctx, commonPurgeRules(later))
    await handleOnce(ctx, event, async () => {
      takings++
    })
    return takings
  }
  expect(await retryDays()).toBeGreaterThan(4)
  expect(await takeAfter(0)).toBe(1)
  expect(await takeAfter(await retryDays())).toBe(1)
  expect(await takeAfter(2 * 25)).toBe(1)
  // Long after anybody would replay it: the record is gone, so that the table does not grow for ever.
  expect(await takeAfter(91)).toBe(2)
})
