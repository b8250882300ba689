import { and, inArray, type SQL } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type NotificationRow, notifications } from '../../db/tables/notifications.ts'
import { enqueue } from './queue.ts'

/**
 * Puts messages that waited for a fact in line at once. Call it in the transaction that keeps the fact. Messages in line are woken
 * too: a worker that has not seen the fact may be putting one off now. It holds the row, so this waits for it.
 */
export async function wakeMessages(
  ctx: Ctx,
  which: SQL,
  statuses: readonly ('SCHEDULED' | 'RETRY_WAIT')[],
): Promise<void> {
  const inLine: NotificationRow['status'] = 'QUEUED'
  const woken = await ctx.db
    .update(notifications)
    .set({ notBefore: null })
    .where(and(which, inArray(notifications.status, [inLine, ...statuses])))
    .returning({ id: notifications.id, category: notifications.category, notBefore: notifications.notBefore })
  await enqueue(ctx, woken)
}
