import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterEach, expect, test } from 'vitest'
import { Unavailable } from '../base/errors.ts'
import { createLog } from '../base/log.ts'
import { createDb, createPool, inTransaction } from '../postgres/database.ts'
import { useDatabase } from '../testing/database/database.ts'
import { testCtx } from '../testing/graphql/context.ts'
import type { ChangeSignal } from './change-signal.ts'
import { createSignals, notifyWatchers, type Signals } from './notify.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))
const log = createLog('test', 'silent')
const opened: Signals[] = []

/** What one process of the service has. */
function startProcess(): Signals {
  const signals = createSignals({ db: database.db, log })
  opened.push(signals)
  return signals
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((signals) => signals.close()))
})

/** A watch that has had its first look. */
async function watching(signals: Signals, ...topics: string[]): Promise<ChangeSignal> {
  const watch = await signals.watch(topics)
  expect(await watch.wait()).toBe(true)
  return watch
}

/** Everything that was committed before has been told by now: a later message has come. */
async function everythingTold(signals: Signals): Promise<void> {
  const marker = await watching(signals, 'marker')
  await notifyWatchers(testCtx(database), 'marker')
  await marker.wait()
  marker.close()
}

async function isAwake(watch: ChangeSignal): Promise<boolean> {
  return (await Promise.race([watch.wait(), Promise.resolve('asleep')])) === true
}

/** The sessions that listen, in the order they were opened. */
async function listeners(): Promise<number[]> {
  const { rows } = await database.db.execute<{ pid: number }>(sql`
    select pid from pg_stat_activity where datname = current_database() and query like 'listen %' order by backend_start`)
  return rows.map((row) => row.pid)
}

test('wakes who watches in every process when the change commits, and nobody else', async () => {
  const [here, there] = [startProcess(), startProcess()]
  const watches = [await watching(here, 'a'), await watching(there, 'x', 'a')]
  const other = await watching(there, 'b')
  let isCommitted = false
  const woken = Promise.all(watches.map((watch) => watch.wait().then(() => expect(isCommitted).toBe(true))))
  await inTransaction(testCtx(database), async (ctx) => {
    await notifyWatchers(ctx, 'a')
    await everythingTold(there)
    isCommitted = true
  })
  await woken
  await everythingTold(there)
  expect(await isAwake(other)).toBe(false)
})

test('wakes nobody when the change is undone', async () => {
  const signals = startProcess()
  const watch = await watching(signals, 'a')
  const undone = inTransaction(testCtx(database), async (ctx) => {
    await notifyWatchers(ctx, 'a')
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  await everythingTold(signals)
  expect(await isAwake(watch)).toBe(false)
})

test('tells of a topic of any length', async () => {
  const topic = 'é'.repeat(50_000)
  const watch = await watching(startProcess(), topic)
  await notifyWatchers(testCtx(database), topic)
  expect(await watch.wait()).toBe(true)
})

test('misses no change from the moment a watch is given', async () => {
  const signals = startProcess()
  for (let i = 0; i < 50; i++) {
    const watch = await watching(signals, `topic ${i}`)
    await notifyWatchers(testCtx(database), `topic ${i}`)
    expect(await watch.wait()).toBe(true)
    watch.close()
  }
})

test('wakes everybody when its session was broken and is open again, and hears what comes then', async () => {
  const signals = startProcess()
  const many = Array.from({ length: 500 }, (_each, index) => watching(signals, index % 2 ? 'a' : 'b'))
  const watches = await Promise.all(many)
  const [pid] = await listeners()
  await database.db.execute(sql`select pg_terminate_backend(${pid})`)
  // Nobody listens now: this is told to no one.
  await notifyWatchers(testCtx(database), 'a')
  expect(await Promise.all(watches.map((watch) => watch.wait()))).toEqual(watches.map(() => true))
  expect(await listeners()).not.toContain(pid)
  await notifyWatchers(testCtx(database), 'b')
  expect(await watches[0]?.wait()).toBe(true)
})

test('opens one session for any number of watches, none for none, and leaves none behind', async () => {
  const signals = startProcess()
  expect(await listeners()).toHaveLength(0)
  await Promise.all(Array.from({ length: 20 }, (_each, index) => watching(signals, `topic ${index}`)))
  expect(await listeners()).toHaveLength(1)
  const watch = await watching(signals, 'a')
  await signals.close()
  expect(await watch.wait()).toBe(false)
  await expect.poll(listeners).toHaveLength(0)
})

test('says that it cannot be had when the database cannot be reached, and comes back with it', async () => {
  const pool = createPool(database.url.replace(/test_\w+$/, 'nowhere'), { name: 'test' })
  const signals = createSignals({ db: createDb(pool), log })
  opened.push(signals)
  await expect(signals.watch(['a'])).rejects.toThrow(Unavailable)
  pool.options.connectionString = database.url
  expect(await (await signals.watch(['a'])).wait()).toBe(true)
  await pool.end()
})
