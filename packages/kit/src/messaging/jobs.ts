import { sql } from 'drizzle-orm'
import { Logger, parseCrontab, run } from 'graphile-worker'
import type pg from 'pg'
import type { Log } from '../base/log.ts'
import type { BaseCtx } from '../context/context.ts'
import { startWorkerHeartbeat } from './worker-liveness.ts'

/** The work of a job. Must be idempotent: it may run more than once. */
export type Task = (payload: unknown) => Promise<void>

/** A job. A second one with the same `key` replaces the first. */
export interface Job {
  /** The name of the task. */
  task: string
  payload: object
  key?: string
  runAt?: Date
  /** Jobs of one queue run one after the other. */
  queue?: string
  maxAttempts?: number
  /** Smaller runs first; 0 when absent. */
  priority?: number
}

export interface JobsOptions {
  pool: pg.Pool
  tasks: Record<string, Task>
  /** Crontab lines: `*\/5 * * * * sweepHolds`. */
  crontab?: string
  concurrency?: number
  log: Log
}

/** Adds a job in the caller's transaction: it exists only if that commits. */
export async function addJob(ctx: BaseCtx, job: Job): Promise<void> {
  await ctx.db.execute(sql`
    /* jobs.add */
    select graphile_worker.add_job(
      ${job.task}, ${JSON.stringify(job.payload)}::json, queue_name => ${job.queue ?? null},
      run_at => ${job.runAt?.toISOString() ?? null}::timestamptz, max_attempts => ${job.maxAttempts ?? 25},
      job_key => ${job.key ?? null}, priority => ${job.priority ?? 0})`)
}

/** Removes a job that has not started. */
export async function removeJob(ctx: BaseCtx, key: string): Promise<void> {
  await ctx.db.execute(sql`/* jobs.remove */ select graphile_worker.remove_job(${key})`)
}

/**
 * Processes the queue until stopped. `stop` lets running jobs finish. A job whose process was killed is run again by another process
 * within seconds.
 */
export async function startJobs(options: JobsOptions): Promise<{ stop: () => Promise<void> }> {
  const workers = await startWorkerHeartbeat(options.pool, options.log)
  const runner = await run({
    pgPool: options.pool,
    events: workers.events,
    concurrency: options.concurrency ?? 4,
    pollInterval: 1_000,
    noHandleSignals: true,
    taskList: options.tasks,
    parsedCronItems: parseCrontab(options.crontab ?? ''),
    logger: new Logger(() => (level, message, meta) => logOf(options.log, { level, message, meta })),
  })
  return {
    stop: async () => {
      await runner.stop()
      await workers.stop()
    },
  }
}

/** Without the payload, which contains addresses, codes and secrets. A failure that is retried is not logged as an error. */
function logOf(log: Log, { level, message, meta }: { level: string; message: string; meta?: unknown }): void {
  const { job } = (meta ?? {}) as {
    job?: { id: string; task_identifier: string; attempts: number; max_attempts: number }
  }
  const fields = job ? { jobId: job.id, task: job.task_identifier, attempts: job.attempts } : {}
  const willBeTriedAgain = job !== undefined && job.attempts < job.max_attempts
  if (level === 'error' && !willBeTriedAgain) log.error(fields, message)
  else if (level === 'error' || level === 'warning') log.warn(fields, message)
  else log.debug(fields, message)
}
