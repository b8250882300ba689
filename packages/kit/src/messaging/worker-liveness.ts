import { EventEmitter } from 'node:events'
import type { WorkerEvents } from 'graphile-worker'
import type pg from 'pg'
import type { Log } from '../base/log.ts'

/**
 * Tells living workers from dead ones. The job queue frees a job whose worker was killed only after four hours, as it cannot
 * know better. So the pool of workers of each process is vouched for by an advisory lock of one of its sessions, which
 * Postgres takes away the moment the process is gone; jobs that are locked by anybody else are put back.
 */
export interface WorkerHeartbeat {
  /** To be given to the job runner: tells the name under which it locks jobs. */
  events: WorkerEvents
  stop: () => Promise<void>
}

const lockSpace = 20_262
const sweepMs = 5_000

/** Vouches for the workers of this process, and puts back the jobs of dead ones now and every five seconds. */
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

/** Puts back the jobs and queues of workers that nobody vouches for. Young locks are left: their voucher may be on its way. */
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

/** One session that holds a lock per pool of workers. When its connection breaks, the next renewal opens another and locks anew. */
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
    // A broken connection counts against the pool until it is given back.
    opened.on('error', (error) => giveBack(opened, error))
    return opened
  }
  /** Runs once: a connection may report a failure after it was ended, and more than once. */
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
