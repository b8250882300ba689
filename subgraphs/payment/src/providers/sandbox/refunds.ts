import { inTransaction } from '@tikitu/kit/db'
import { addJob } from '@tikitu/kit/jobs'
import { and, eq, ne, sum } from 'drizzle-orm'
import type { RefundOrder, RefundReport } from '../provider.ts'
import type { SandboxCtx } from './context.ts'
import { announceRefund } from './events.ts'
import { settleMs, settleTask } from './intents.ts'
import { requireCard } from './methods.ts'
import { refundReport } from './reports.ts'
import { type SandboxIntentRow, sandboxIntents, sandboxRefunds } from './tables.ts'

/** Begins to give money back, unless this refund was asked for before. It is settled a little later. */
export async function openRefund(ctx: SandboxCtx, order: RefundOrder): Promise<RefundReport> {
  return await inTransaction(ctx, async (ctx) => {
    const isOrder = eq(sandboxIntents.orderId, order.paymentId)
    const [intent] = await ctx.db.select().from(sandboxIntents).where(isOrder).for('update')
    if (!intent) throw new Error(`the sandbox knows no payment ${order.paymentId}`)
    const { refundId } = order
    const [before] = await ctx.db.select().from(sandboxRefunds).where(eq(sandboxRefunds.refundId, refundId))
    if (before) return refundReport(before, intent)
    const left = await refundableOf(ctx, intent)
    const isPossible = order.amount.amountMinor <= left
    const refund = {
      refundId,
      intentId: intent.id,
      amountMinor: order.amount.amountMinor,
      status: isPossible ? ('PENDING' as const) : ('FAILED' as const),
      failureCode: isPossible ? null : 'AMOUNT_TOO_LARGE',
      updatedAt: ctx.now(),
    }
    await ctx.db.insert(sandboxRefunds).values(refund)
    const runAt = new Date(ctx.now().getTime() + settleMs)
    if (isPossible) await addJob(ctx, { task: settleTask, payload: { refundId }, runAt })
    return refundReport(refund, intent)
  })
}

/** What became of a refund; null when it was never asked for. */
export async function findRefund(ctx: SandboxCtx, refundId: string): Promise<RefundReport | null> {
  const [found] = await ctx.db
    .select({ refund: sandboxRefunds, intent: sandboxIntents })
    .from(sandboxRefunds)
    .innerJoin(sandboxIntents, eq(sandboxIntents.id, sandboxRefunds.intentId))
    .where(eq(sandboxRefunds.refundId, refundId))
  return found ? refundReport(found.refund, found.intent) : null
}

/** Ends a pending refund as its card would have it, and tells the merchant. */
export async function settleRefund(ctx: SandboxCtx, refundId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const isPending = and(eq(sandboxRefunds.refundId, refundId), eq(sandboxRefunds.status, 'PENDING'))
    const [refund] = await ctx.db.select().from(sandboxRefunds).where(isPending).for('update')
    if (!refund) return
    const [intent] = await ctx.db.select().from(sandboxIntents).where(eq(sandboxIntents.id, refund.intentId))
    if (!intent) throw new Error(`the sandbox lost its intent ${refund.intentId}`)
    const failureCode = requireCard(intent.method).refundFailureCode ?? null
    const settled = {
      ...refund,
      status: failureCode ? ('FAILED' as const) : ('SUCCEEDED' as const),
      failureCode,
      updatedAt: ctx.now(),
    }
    await ctx.db.update(sandboxRefunds).set(settled).where(eq(sandboxRefunds.refundId, refundId))
    await announceRefund(ctx, settled, intent)
  })
}

async function refundableOf(ctx: SandboxCtx, intent: SandboxIntentRow): Promise<number> {
  const isCounted = and(eq(sandboxRefunds.intentId, intent.id), ne(sandboxRefunds.status, 'FAILED'))
  const [given] = await ctx.db
    .select({ total: sum(sandboxRefunds.amountMinor) })
    .from(sandboxRefunds)
    .where(isCounted)
  return intent.status === 'CAPTURED' ? intent.amountMinor - Number(given?.total ?? 0) : 0
}
