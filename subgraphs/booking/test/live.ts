import { createDb, createPool } from '@tikitu/kit/postgres/database'
import type { EventStream } from '@tikitu/kit/subscriptions/change-stream'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { sql } from 'drizzle-orm'
import { afterEach } from 'vitest'
import { bookingOn } from './factories.ts'

type Booking = Awaited<ReturnType<typeof bookingOn>> & Pick<TestDatabase, 'pool'>

/** Makes the function that starts a process of booking's on that database, with connections of its own. Ended after each test. */
export function processes(database: TestDatabase) {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })
  return async (now?: Date | (() => Date)): Promise<Booking> => {
    const pool = createPool(database.url, { name: 'booking' })
    const booking = await bookingOn({ ...database, pool, db: createDb(pool) }, now)
    ends.push(booking.close, () => pool.end())
    return { ...booking, pool }
  }
}

/** Whether no event is pending: the next one has not arrived after all other work has run. */
export async function isQuiet(events: EventStream<string>): Promise<boolean> {
  const next = events.next().then(() => 'something')
  const turns = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    return 'nothing'
  }
  return (await Promise.race([next, turns()])) === 'nothing'
}

/** Breaks every session that listens on the database, as a failing server would. */
export async function breakListeners(database: TestDatabase): Promise<number> {
  const { rows } = await database.db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`)
  return rows.length
}
