import { EventEmitter } from 'node:events'
import type { WorkerEvents } from 'graphile-worker'
import type pg from 'pg'
import type { Log } from '../base/log.ts'

/**
 * Detects dead workers. The job queue itself frees the jobs of a killed worker only after four hours. Therefore each process's worker
 * pool holds an advisory lock in one of its sessions, which Postgres releases as soon as the process is gone; jobs of pools without
 * that lock are put back.
 */
export interface WorkerHeartbeat {
  /** For the job runner: reports the name under which it locks jobs. */
  events: WorkerEvents
  stop: () => Promise<void>
}

const lockSpace = 20_262
const sweepMs = 5_000

/** Holds the locks of this process's workers, and puts back the jobs of dead workers now and every five seconds. */
export async function startWorkerHeartbeat(pool: pg.Pool, log: Log): Promise<WorkerHeartbeat> {
  const events: WorkerEvents = new EventEmitter()
  const session = openHeartbeatSession(pool, log)
  events.on('pool:create', ({ workerPool }) => session.addPool(workerPool.id))
  await freeJobsOfDeadWorkers(pool)
  const sweep = setInterval(() => {
    session.renew()
    freeJobsOfDeadWorkers(pool).catch((error: unknown) => log.warn({ err: error }, 'could not check for dead workers'))
  }, sweepMs)
  sweep.unref()
  return {
    events,
    stop: async () => {
      clearInterval(sweep)
      await session.end()
    },
  }
}

/** Puts back the jobs and queues of workers without an advisory lock. Recent job locks are left: the worker may not have its lock yet. */
export async function freeJobsOfDeadWorkers(pool: pg.Pool): Promise<void> {
  await pool.query(
    `/* jobs.freeJobsOfDeadWorkers */
    with locked as (
      select locked_by, locked_at from graphile_worker._private_jobs where locked_by is not null
      union all
      select locked_by, locked_at from graphile_worker._private_job_queues where locked_by is not null
    )
    select graphile_worker.force_unlock_workers(array(
      select distinct locked_by from locked
      where locked_at < now() - interval '3 seconds' and not exists (
        select 1 from pg_locks
        where locktype = 'advisory' and objsubid = 2 and classid = $1::integer::oid and objid = hashtext(locked_by)::oid
          and database = (select oid from pg_database where datname = current_database()))))`,
    [lockSpace],
  )
}

/** A session with one lock per worker pool. After its connection breaks, the next renewal opens another and locks again. */
function openHeartbeatSession(pool: pg.Pool, log: Log) {
  const poolIds = new Set<string>()
  const locked = new Set<string>()
  let client: pg.PoolClient | null = null
  let turn = Promise.resolve()
  let isEnded = false

  async function settle(): Promise<void> {
    if (isEnded) return
    client ??= await open()
    for (const poolId of poolIds) {
      if (locked.has(poolId)) continue
      await client.query('select pg_advisory_lock($1::integer, hashtext($2))', [lockSpace, poolId])
      locked.add(poolId)
    }
  }
  async function open(): Promise<pg.PoolClient> {
    const opened = await pool.connect()
    client = opened
    // A broken connection counts against the pool until it is released.
    opened.on('error', (error) => giveBack(opened, error))
    return opened
  }
  /** Runs once: a connection may report failures repeatedly, also after its end. */
  function giveBack(opened: pg.PoolClient, reason: Error | true): void {
    if (client !== opened) return
    client = null
    locked.clear()
    opened.release(reason)
  }
  function renew(): void {
    turn = turn
      .then(settle)
      .catch((error: unknown) => log.warn({ err: error }, 'could not refresh the heartbeat of the workers'))
  }
  return {
    renew,
    addPool(poolId: string): void {
      poolIds.add(poolId)
      renew()
    },
    async end(): Promise<void> {
      isEnded = true
      await turn
      if (client) giveBack(client, true)
    },
  }
}
