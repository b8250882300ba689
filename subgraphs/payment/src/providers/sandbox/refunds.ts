import { addJob } from '@tikitu/kit/messaging/jobs'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq, ne, sum } from 'drizzle-orm'
import type { RefundOrder, RefundUpdate } from '../provider.ts'
import type { SandboxCtx } from './context.ts'
import { announceRefund } from './events.ts'
import { completeIntentTask, completionMs } from './intents.ts'
import { deviatingAmount, requireCard, type TestCard } from './methods.ts'
import { refundReport } from './reports.ts'
import { type SandboxIntentRow, type SandboxRefundRow, sandboxIntents, sandboxRefunds } from './tables.ts'

/** Starts a refund, unless it was already requested. It completes shortly afterwards. */
export async function openRefund(ctx: SandboxCtx, order: RefundOrder): Promise<RefundUpdate> {
  return await inTransaction(ctx, async (ctx) => {
    const isOrder = eq(sandboxIntents.orderId, order.paymentId)
    const [intent] = await ctx.db.select().from(sandboxIntents).where(isOrder).for('update')
    if (!intent) throw new Error(`the sandbox has no payment ${order.paymentId}`)
    const { refundId } = order
    const [before] = await ctx.db.select().from(sandboxRefunds).where(eq(sandboxRefunds.refundId, refundId))
    if (before) return refundReport(before, intent)
    const left = await refundableOf(ctx, intent)
    const isPossible = order.amount.amountMinor <= left && order.amount.currency === intent.currency
    const { refunds: habit } = requireCard(intent.method)
    const refund = {
      refundId,
      intentId: intent.id,
      amountMinor: order.amount.amountMinor,
      status: isPossible ? ('PENDING' as const) : ('FAILED' as const),
      failureCode: isPossible ? null : 'AMOUNT_TOO_LARGE',
      updatedAt: ctx.now(),
    }
    await ctx.db.insert(sandboxRefunds).values(refund)
    const runAt = new Date(ctx.now().getTime() + completionMs)
    if (isPossible && habit !== 'NEVER_END')
      await addJob(ctx, { task: completeIntentTask, payload: { refundId }, runAt })
    return refundReport(refund, intent)
  })
}

/** The state of a refund; null when it was never requested. */
export async function findRefund(ctx: SandboxCtx, refundId: string): Promise<RefundUpdate | null> {
  const [found] = await ctx.db
    .select({ refund: sandboxRefunds, intent: sandboxIntents })
    .from(sandboxRefunds)
    .innerJoin(sandboxIntents, eq(sandboxIntents.id, sandboxRefunds.intentId))
    .where(eq(sandboxRefunds.refundId, refundId))
  return found ? refundReport(found.refund, found.intent) : null
}

/** Completes a pending refund as its card prescribes, or returns one that comes back, and notifies the merchant. */
export async function completeRefund(ctx: SandboxCtx, refundId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const isIt = eq(sandboxRefunds.refundId, refundId)
    const [refund] = await ctx.db.select().from(sandboxRefunds).where(isIt).for('update')
    if (!refund || refund.status === 'FAILED') return
    const [intent] = await ctx.db.select().from(sandboxIntents).where(eq(sandboxIntents.id, refund.intentId))
    if (!intent) throw new Error(`the sandbox lost its intent ${refund.intentId}`)
    const card = requireCard(intent.method)
    if (refund.status === 'SUCCEEDED' && card.refunds !== 'COME_BACK') return
    const settled = { ...refund, ...(await endOf(ctx, refund, card)), updatedAt: ctx.now() }
    await ctx.db.update(sandboxRefunds).set(settled).where(isIt)
    await announceRefund(ctx, settled, intent)
    if (settled.status === 'FAILED' || card.refunds !== 'COME_BACK') return
    const runAt = new Date(ctx.now().getTime() + completionMs)
    await addJob(ctx, { task: completeIntentTask, payload: { refundId }, runAt })
  })
}

/** The outcome of a card's refund. */
async function endOf(ctx: SandboxCtx, refund: SandboxRefundRow, card: TestCard): Promise<Partial<SandboxRefundRow>> {
  if (refund.status === 'SUCCEEDED') return { status: 'FAILED', failureCode: 'RETURNED_BY_BANK' }
  const failureCode = card.refundFailureCode ?? null
  const isAgain = card.refunds === 'FAIL_ONCE' && (await hasFailed(ctx, refund))
  if (failureCode && !isAgain) return { status: 'FAILED', failureCode }
  const isOff = card.refunds === 'LESS' || card.refunds === 'MORE'
  const amountMinor = isOff ? deviatingAmount(refund.amountMinor, card.refunds as 'LESS' | 'MORE') : refund.amountMinor
  return { status: 'SUCCEEDED', amountMinor }
}

async function hasFailed(ctx: SandboxCtx, { intentId }: SandboxRefundRow): Promise<boolean> {
  const isFailed = and(eq(sandboxRefunds.intentId, intentId), eq(sandboxRefunds.status, 'FAILED'))
  return (await ctx.db.select().from(sandboxRefunds).where(isFailed).limit(1)).length > 0
}

async function refundableOf(ctx: SandboxCtx, intent: SandboxIntentRow): Promise<number> {
  const isCounted = and(eq(sandboxRefunds.intentId, intent.id), ne(sandboxRefunds.status, 'FAILED'))
  const [given] = await ctx.db
    .select({ total: sum(sandboxRefunds.amountMinor) })
    .from(sandboxRefunds)
    .where(isCounted)
  return intent.status === 'CAPTURED' ? intent.amountMinor * intent.captures - Number(given?.total ?? 0) : 0
}
