import { sql } from 'drizzle-orm'
import type { CloudEvent } from '../../messaging/cloud-event.ts'
import type { Db } from '../../postgres/database.ts'

/** The events that wait in the outbox, in the order they were emitted, each with its subscriber. */
export async function outboxOf(db: Db): Promise<{ to: string; event: CloudEvent }[]> {
  const result = await db.execute<{ payload: { to: string; event: CloudEvent } }>(sql`
    select jobs.payload from graphile_worker._private_jobs jobs
    join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
    where tasks.identifier = 'deliverEvent' order by jobs.id`)
  return result.rows.map((row) => row.payload)
}
