import { addJob } from '@tikitu/kit/jobs'
import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { paymentAttempts, payments, refunds } from '../db/tables/payments.ts'
import { webhookEvents } from '../db/tables/webhooks.ts'
import { sendRefundTask } from './open-refund.ts'
import { settleTask } from './settle-payment.ts'

/** How long something may be open before the sweep asks about it. */
const staleAfterMs = 2 * 60_000
/** Providers repeat their webhooks for days. What is this old comes no more. */
const webhookDays = 90
const batchSize = 200

/**
 * Sees to it that nothing stays open for ever: payments and refunds of which nobody told us the end are asked about, also
 * when a webhook and a job were lost both.
 */
export async function sweepUnsettled(ctx: Ctx): Promise<void> {
  const stale = new Date(ctx.now().getTime() - staleAfterMs)
  const open = await ctx.db
    .selectDistinct({ id: payments.id })
    .from(payments)
    .innerJoin(paymentAttempts, eq(paymentAttempts.paymentId, payments.id))
    .where(and(inArray(payments.status, ['PROCESSING', 'REQUIRES_ACTION']), lt(paymentAttempts.createdAt, stale)))
    .limit(batchSize)
  for (const { id: paymentId } of open) {
    await addJob(ctx, { task: settleTask, payload: { paymentId }, key: `sweep:${paymentId}`, maxAttempts: 1 })
  }
  const pending = await ctx.db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(inArray(refunds.status, ['APPROVED', 'PENDING']), lt(refunds.createdAt, stale)))
    .limit(batchSize)
  for (const { id: refundId } of pending) {
    await addJob(ctx, { task: sendRefundTask, payload: { refundId }, key: `sweep:${refundId}`, maxAttempts: 1 })
  }
}

/** Forgets webhooks that no longer come again. */
export async function forgetWebhooks(ctx: Ctx): Promise<void> {
  const before = sql`${ctx.now().toISOString()}::timestamptz - make_interval(days => ${webhookDays})`
  await ctx.db
    .delete(webhookEvents)
    .where(and(eq(webhookEvents.status, 'TAKEN'), sql`${webhookEvents.receivedAt} < ${before}`))
}
