import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { createPool } from './db.ts'
import { addJob, startJobs, type Task } from './jobs.ts'
import { freeJobsOfDeadWorkers, keepLiveWorkers } from './live-workers.ts'
import { createLog } from './log.ts'
import { testCtx } from './testing/ctx.ts'
import { useDatabase } from './testing/database.ts'

const database = useDatabase(fileURLToPath(new URL('testing/migrations', import.meta.url)))

async function working(tasks: Record<string, Task>): Promise<void> {
  const jobs = await startJobs({ pool: database.pool, tasks, log: createLog('test', 'silent') })
  onTestFinished(() => jobs.stop())
}

/** As a worker leaves it that was killed while it ran a job of a queue. */
async function leaveLocked(task: string, secondsAgo: number): Promise<void> {
  const lockedAt = sql`now() - make_interval(secs => ${secondsAgo})`
  await database.db.execute(sql`
    update graphile_worker._private_jobs set locked_by = 'worker-killed', locked_at = ${lockedAt}, attempts = 1
    where task_id = (select id from graphile_worker._private_tasks where identifier = ${task})`)
  await database.db.execute(sql`
    update graphile_worker._private_job_queues set locked_by = 'worker-killed', locked_at = ${lockedAt}`)
}

async function lockedJobs(): Promise<number> {
  const { rows } = await database.db.execute<{ count: number }>(sql`
    select count(*)::integer as count from graphile_worker._private_jobs where locked_by is not null`)
  return rows[0]?.count ?? 0
}

async function vouchedJobs(): Promise<number> {
  const { rows } = await database.db.execute<{ count: number }>(sql`
    select count(*)::integer as count from graphile_worker._private_jobs
    join pg_locks on locktype = 'advisory' and granted and objid = hashtext(locked_by)::oid`)
  return rows[0]?.count ?? 0
}

test('does the job again that a killed worker left', async () => {
  const done = Promise.withResolvers<unknown>()
  await addJob(testCtx(database), { task: 'orphan', payload: { n: 1 }, queue: 'one' })
  await leaveLocked('orphan', 10)
  await working({ orphan: async (payload) => done.resolve(payload) })
  expect(await done.promise).toEqual({ n: 1 })
})

test('leaves a job alone whose worker lives, however long it takes', async () => {
  const started = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  await addJob(testCtx(database), { task: 'long', payload: {} })
  await working({
    long: async () => {
      started.resolve()
      await finish.promise
    },
  })
  await started.promise
  await expect.poll(vouchedJobs).toBe(1)
  await database.db.execute(
    sql`update graphile_worker._private_jobs set locked_at = now() - interval '1 hour' where locked_by is not null`,
  )
  await freeJobsOfDeadWorkers(database.pool)
  const locked = await lockedJobs()
  finish.resolve()
  expect(locked).toBe(1)
})

test('leaves a lock alone that is younger than its voucher may be', async () => {
  await addJob(testCtx(database), { task: 'young', payload: {} })
  await leaveLocked('young', 0)
  await freeJobsOfDeadWorkers(database.pool)
  expect(await lockedJobs()).toBe(1)
})

test('gives a broken session back, so that the pool never runs out of connections', async () => {
  const pool = createPool(database.url, { name: 'breaking', max: 2 })
  const workers = await keepLiveWorkers(pool, createLog('test', 'silent'))
  onTestFinished(async () => {
    await workers.stop()
    await pool.end()
  })
  workers.events.emit('pool:create', { workerPool: { id: 'pool-1' } } as never)
  await expect.poll(() => pool.totalCount - pool.idleCount).toBe(1)
  await database.db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'breaking'`,
  )
  await expect.poll(() => pool.totalCount - pool.idleCount).toBe(0)
})
