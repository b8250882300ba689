import { sql } from 'drizzle-orm'
import type { Db } from '../postgres/database.ts'

/** A job that has used up its retries and is not running. It stays until it is replayed. */
export interface DeadLetter {
  id: string
  task: string
  payload: unknown
  attempts: number
  lastError: string | null
  createdAt: Date
}

/** Not running: the last attempt counts from its start. After four hours Graphile Worker takes a worker for dead. */
const isIdle = sql`(locked_at is null or locked_at < now() - interval '4 hours')`

/** The dead letters, oldest first, at most `limit`. */
export async function listDeadLetters(db: Db, limit = 100): Promise<DeadLetter[]> {
  const result = await db.execute<DeadLetter & Record<string, unknown>>(sql`
    /* deadLetters.list */
    select jobs.id::text, tasks.identifier as task, jobs.payload, jobs.attempts, jobs.last_error as "lastError",
      jobs.created_at as "createdAt"
    from graphile_worker._private_jobs jobs join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
    where jobs.attempts >= jobs.max_attempts and ${isIdle} order by jobs.id limit ${limit}`)
  return result.rows
}

/** Puts dead letters back into the queue with all attempts reset. Returns their number. */
export async function replayDeadLetters(db: Db, ids: readonly string[]): Promise<number> {
  const result = await db.execute(sql`
    /* deadLetters.replay */
    select id from graphile_worker.reschedule_jobs(
      array(select id from graphile_worker._private_jobs
        where attempts >= max_attempts and ${isIdle} and id = any(string_to_array(${ids.join(',')}, ',')::bigint[])),
      run_at => now(), attempts => 0)`)
  return result.rowCount ?? 0
}
