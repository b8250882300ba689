import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { Category } from '../../db/columns.ts'

/** The job that sends one message. */
export const messageDeliveryTask = 'deliverMessage'

/** A message that is to be sent, now or not before a moment. */
export interface QueuedMessage {
  id: string
  category: Category
  notBefore: Date | null
}

/**
 * Puts messages in line, each once: a message that waits in line already gets the new moment. What is in bulk stands in one
 * of two lines of its own, each worked through one by one, so it never holds more than two of the workers; everything else
 * goes before it, tickets first.
 */
export async function enqueue(ctx: Ctx, messages: readonly QueuedMessage[]): Promise<void> {
  if (messages.length === 0) return
  const jobs = messages.map(({ id, category, notBefore }) => ({ id, runAt: notBefore, ...jobQueueOf(category, id) }))
  await ctx.db.execute(sql`
    /* notification.enqueue */
    select graphile_worker.add_job(
      ${messageDeliveryTask}, json_build_object('notificationId', job.id), queue_name => job.queue, run_at => job."runAt",
      max_attempts => 25, job_key => ${jobKeyPrefix} || job.id, priority => job.priority)
    from json_to_recordset(${JSON.stringify(jobs)}::json)
      as job(id text, "runAt" timestamptz, queue text, priority integer)`)
}

/** What the key of a message's job begins with. */
export const jobKeyPrefix = 'deliver:'

const bulkQueues = 2

/** The smaller priority runs first. */
export function jobQueueOf(category: Category, id: string): { queue: string | null; priority: number } {
  if (category === 'TICKETS') return { queue: null, priority: -20 }
  if (category === 'PAYMENTS' || category === 'PARTNER') return { queue: null, priority: -10 }
  return { queue: `bulk-${(id.codePointAt(id.length - 1) ?? 0) % bulkQueues}`, priority: 20 }
}
