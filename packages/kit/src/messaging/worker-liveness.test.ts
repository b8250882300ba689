import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../base/log.ts'
import { createDb, createPool, inTransaction } from '../postgres/database.ts'
import { createListener } from '../postgres/listener.ts'
import { inPipelinedTransaction } from '../postgres/pipeline.ts'
import { useDatabase } from '../testing/database/database.ts'
import { testCtx } from '../testing/graphql/context.ts'
import { addJob, startJobs, type Task } from './jobs.ts'
import { freeJobsOfDeadWorkers, startWorkerHeartbeat } from './worker-liveness.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))

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
  const workers = await startWorkerHeartbeat(pool, createLog('test', 'silent'))
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

/** Cuts every connection of this test's database but the one that asks, as a restart of Postgres does. */
async function cutConnections(only = 'true'): Promise<number> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rowCount } = await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and ${only}`,
  )
  await client.end()
  return rowCount ?? 0
}

const holdsTheVoucher = "pid in (select pid from pg_locks where locktype = 'advisory' and objsubid = 2)"

test('ends in good order when its connection breaks as it ends', async () => {
  const killer = new pg.Client({ connectionString: database.url })
  await killer.connect()
  for (let round = 0; round < 15; round++) {
    const pool = createPool(database.url, { name: 'ending' })
    const workers = await startWorkerHeartbeat(pool, createLog('test', 'silent'))
    workers.events.emit('pool:create', { workerPool: { id: `pool-${round}` } } as never)
    const vouching = async () =>
      (await killer.query(`select pid from pg_stat_activity where ${holdsTheVoucher}`)).rowCount
    await expect.poll(vouching).toBe(1)
    await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${holdsTheVoucher}`)
    await workers.stop()
    await pool.end()
  }
  await killer.end()
})

test('outlives every connection being cut, again and again: jobs are done, messages heard, statements answered', async () => {
  const pool = createPool(database.url, { name: 'storm' })
  const done: number[] = []
  const heard: string[] = []
  const log = createLog('test', 'silent')
  const task = async (payload: unknown) => void done.push((payload as { n: number }).n)
  const jobs = await startJobs({ pool, tasks: { storm: task }, log })
  const listener = createListener({
    pool,
    channel: 'storm',
    log,
    onMessage: (message) => heard.push(message),
    onOpened: () => undefined,
    isNeeded: () => true,
  })
  await listener.opened()
  const ctx = testCtx(database, { db: createDb(pool) })
  for (let n = 0; n < 4; n++) {
    const busy = Promise.allSettled([
      ctx.db.execute(sql`select pg_sleep(5)`),
      inTransaction(ctx, (tx) => tx.db.execute(sql`select pg_sleep(5)`)),
      inPipelinedTransaction(ctx.db, [sql`select pg_sleep(5)`, sql`select 1`]),
    ])
    await expect
      .poll(() => cutConnections("application_name = 'storm' and query like '%pg_sleep%'"), { timeout: 10_000 })
      .toBeGreaterThan(0)
    await cutConnections()
    await busy
  }
  await expect
    .poll(
      () =>
        addJob(ctx, { task: 'storm', payload: { n: 7 } }).then(
          () => true,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true)
  await expect.poll(() => done, { timeout: 40_000 }).toContain(7)
  const say = () => ctx.db.execute(sql`select pg_notify('storm', 'hello')`).then(() => heard)
  await expect.poll(say, { timeout: 40_000 }).toContain('hello')
  await cutConnections()
  await jobs.stop()
  await listener.close()
  // A pool may wait in vain for the end of a connection that was cut: a process does not wait for it longer than its drain.
  await Promise.race([pool.end(), setTimeout(5_000)])
}, 120_000)
