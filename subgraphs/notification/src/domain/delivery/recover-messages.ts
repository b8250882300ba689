import { inTransaction } from '@tikitu/kit/postgres/database'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { NotificationRow } from '../../db/tables/notifications.ts'
import { enqueue, jobKeyPrefix } from './queue.ts'
import { recordTimeline } from './record-timeline.ts'

const staleAfterMinutes = 5

/**
 * Puts back in line what fell out of it: messages whose sender died at work, and those whose job did. Returns how many.
 */
export async function recoverMessages(ctx: Ctx): Promise<number> {
  const staleBefore = new Date(ctx.now().getTime() - staleAfterMinutes * 60_000).toISOString()
  return await inTransaction(ctx, async (tx) => {
    const { rows } = await tx.db.execute<Pick<NotificationRow, 'id' | 'category'>>(sql`
      /* notification.recoverMessages */
      update notifications set status = 'QUEUED', not_before = null
      where id in (
        select id from notifications message
        where (status = 'SENDING' and claimed_at <= ${staleBefore}::timestamptz)
          or (status in ('CREATED', 'QUEUED', 'SCHEDULED', 'RETRY_WAIT')
            and coalesce(not_before, created_at) <= ${staleBefore}::timestamptz
            and not exists (select from graphile_worker._private_jobs job where job.key = ${jobKeyPrefix} || message.id
              and (job.locked_at is null or job.locked_at > now() - interval '5 minutes')))
        order by id limit 500 for update skip locked)
      returning id, category`)
    await recordTimeline(tx, rows, { status: 'QUEUED', detail: 'the worker stopped before it was sent' })
    await enqueue(
      tx,
      rows.map((row) => ({ ...row, notBefore: null })),
    )
    return rows.length
  })
}
