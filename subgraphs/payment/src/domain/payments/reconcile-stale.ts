import { addJob } from '@tikitu/kit/messaging/jobs'
import { eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments, type RefundRow, refunds } from '../../db/tables/payments.ts'
import {
  continueOnError,
  findUnconfirmed,
  findUnmatched,
  openUnknownPayment,
  openUnknownRefund,
  stuckBefore,
} from '../issues/find-stuck.ts'
import { matchUnknownPayments } from '../issues/match-unknown-payments.ts'
import { sendRefundTask } from '../refunds/open-refund.ts'
import { listAttempts } from './attempts.ts'
import { reconcileTask } from './reconcile-payment.ts'

/** The age at which something open is reconciled, and the interval after that. */
const staleAfterMs = 2 * 60_000
const batchSize = 200

/**
 * Reconciles payments and refunds without a known outcome, even if both a webhook and a job were lost. Those reconciled
 * longest ago come first. What stays unknown for too long becomes an issue.
 */
export async function reconcileStale(ctx: Ctx): Promise<void> {
  await reconcileStalePayments(ctx)
  await reconcileStaleRefunds(ctx)
  await findUnconfirmed(ctx)
  await findUnmatched(ctx)
  await matchUnknownPayments(ctx)
}

async function reconcileStalePayments(ctx: Ctx): Promise<void> {
  const stale = staleBefore(ctx)
  const { rows } = await ctx.db.execute<{ id: string }>(sql`
    /* payment.reconcileStalePayments */
    update payments set asked_at = ${ctx.now().toISOString()} where id in (
      select id from payments
      where status in ('PROCESSING', 'REQUIRES_ACTION') and coalesce(asked_at, created_at) < ${stale}
      order by coalesce(asked_at, created_at), id limit ${batchSize} for update skip locked)
    returning id`)
  const before = await stuckBefore(ctx, 'payment')
  for (const { id: paymentId } of rows) {
    await continueOnError(ctx, paymentId, async () => {
      if (!(await hasStaleAttempt(ctx, paymentId))) return
      await addJob(ctx, { task: reconcileTask, payload: { paymentId }, key: `sweep:${paymentId}`, maxAttempts: 1 })
      const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, paymentId))
      if (payment && (await isStuck(ctx, payment, before))) await openUnknownPayment(ctx, paymentId)
    })
  }
}

async function reconcileStaleRefunds(ctx: Ctx): Promise<void> {
  const { rows } = await ctx.db.execute<{ id: string }>(sql`
    /* payment.reconcileStaleRefunds */
    update refunds set asked_at = ${ctx.now().toISOString()} where id in (
      select id from refunds
      where status in ('APPROVED', 'PENDING') and coalesce(asked_at, created_at) < ${staleBefore(ctx)}
      order by coalesce(asked_at, created_at), id limit ${batchSize} for update skip locked)
    returning id`)
  if (rows.length === 0) return
  const before = await stuckBefore(ctx, 'refund')
  const ids = rows.map((row) => row.id)
  const swept = await ctx.db.select().from(refunds).where(inArray(refunds.id, ids))
  for (const refund of swept) {
    await continueOnError(ctx, refund.id, async () => {
      const payload = { refundId: refund.id }
      await addJob(ctx, { task: sendRefundTask, payload, key: `sweep:${refund.id}`, maxAttempts: 1 })
      if (sentAtOf(refund) < before) await openUnknownRefund(ctx, refund)
    })
  }
}

function staleBefore(ctx: Ctx): string {
  return new Date(ctx.now().getTime() - staleAfterMs).toISOString()
}

async function hasStaleAttempt(ctx: Ctx, paymentId: string): Promise<boolean> {
  const stale = new Date(ctx.now().getTime() - staleAfterMs)
  return (await listAttempts(ctx, paymentId)).some((attempt) => attempt.createdAt < stale)
}

/** A customer may take their time at the bank, but after the booking expired the outcome must become known. */
async function isStuck(ctx: Ctx, { id, status, closingAt }: PaymentRow, before: Date): Promise<boolean> {
  if (status === 'REQUIRES_ACTION') return closingAt !== null && closingAt < before
  const latest = (await listAttempts(ctx, id)).at(-1)
  return status === 'PROCESSING' && latest !== undefined && latest.createdAt < before
}

function sentAtOf({ sentAt, createdAt }: RefundRow): Date {
  return sentAt ?? createdAt
}
