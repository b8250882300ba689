import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../base/log.ts'
import { inTransaction } from '../postgres/database.ts'
import { useDatabase } from '../testing/database/database.ts'
import { testCtx } from '../testing/graphql/context.ts'
import { listDeadLetters, replayDeadLetters } from './dead-letters.ts'
import { addJob, removeJob, startJobs, type Task } from './jobs.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))

async function working(tasks: Record<string, Task>): Promise<void> {
  const jobs = await startJobs({ pool: database.pool, tasks, log: createLog('test', 'silent') })
  onTestFinished(() => jobs.stop())
}

test('does a job when its transaction commits, and not when it is undone', async () => {
  const done = Promise.withResolvers<unknown>()
  const undone = inTransaction(testCtx(database), async (tx) => {
    await addJob(tx, { task: 'greet', payload: { name: 'nobody' } })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  await addJob(testCtx(database), { task: 'greet', payload: { name: 'ada' } })
  await working({ greet: async (payload) => done.resolve(payload) })
  expect(await done.promise).toEqual({ name: 'ada' })
})

test('keeps one job per key, and takes it out again', async () => {
  const ctx = testCtx(database)
  const told: unknown[] = []
  const last = Promise.withResolvers<void>()
  await addJob(ctx, { task: 'tell', payload: { n: 1 }, key: 'same', queue: 'one' })
  await addJob(ctx, { task: 'tell', payload: { n: 2 }, key: 'same', queue: 'one' })
  await addJob(ctx, { task: 'tell', payload: { n: 3 }, key: 'gone', queue: 'one' })
  await removeJob(ctx, 'gone')
  await addJob(ctx, { task: 'last', payload: {}, priority: 10, queue: 'one' })
  await working({ tell: async (payload) => void told.push(payload), last: async () => last.resolve() })
  await last.promise
  expect(told).toEqual([{ n: 2 }])
})

test('lists a job that failed as often as it may, and does it again when it is replayed', async () => {
  const failed = Promise.withResolvers<void>()
  const replayed = Promise.withResolvers<void>()
  let calls = 0
  let listedWhileRunning: unknown[] | undefined
  await addJob(testCtx(database), { task: 'flaky', payload: { n: 7 }, maxAttempts: 1 })
  await working({
    flaky: async () => {
      calls += 1
      if (calls === 1) {
        listedWhileRunning = await listDeadLetters(database.db)
        setImmediate(failed.resolve)
        throw new Error('broken')
      }
      replayed.resolve()
    },
  })
  await failed.promise
  const letters = await expect
    .poll(() => listDeadLetters(database.db))
    .toHaveLength(1)
    .then(() => listDeadLetters(database.db))
  expect(listedWhileRunning).toEqual([])
  expect(letters[0]).toMatchObject({ task: 'flaky', payload: { n: 7 }, attempts: 1, lastError: 'broken' })
  expect(await replayDeadLetters(database.db, ['0'])).toBe(0)
  expect(await replayDeadLetters(database.db, [letters[0]?.id ?? ''])).toBe(1)
  await replayed.promise
})

test('says what failed, and nothing of what the job carried', async () => {
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const failed = Promise.withResolvers<void>()
  await addJob(testCtx(database), { task: 'leaky', payload: { email: 'ada@example.org' }, maxAttempts: 1 })
  const task = async () => {
    setImmediate(failed.resolve)
    throw new Error('broken')
  }
  const jobs = await startJobs({ pool: database.pool, log, tasks: { leaky: task } })
  await failed.promise
  await expect.poll(() => lines.join('')).toMatch(/"level":50.*leaky/)
  await jobs.stop()
  expect(lines.join('')).not.toContain('ada@')
})
