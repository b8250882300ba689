import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { paymentCaptures } from '../../db/tables/issues.ts'
import { payments, refunds } from '../../db/tables/payments.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { requireRefund } from '../refunds/read-refund.ts'
import { continueOnError } from './find-stuck.ts'
import { openIssue } from './open-issue.ts'
import { holdBackRefund } from './refund-issue.ts'

const batchSize = 200

/** Opens issues for old rows from before there were any: failed refunds, and captures of a wrong amount. */
export async function matchUnknownPayments(ctx: Ctx): Promise<void> {
  const failed = await ctx.db
    .select({ id: refunds.id, paymentId: refunds.paymentId })
    .from(refunds)
    .where(and(eq(refunds.status, 'FAILED'), isNull(refunds.issueId)))
    .orderBy(asc(refunds.id))
    .limit(batchSize)
  for (const { id, paymentId } of failed) await continueOnError(ctx, id, () => adoptRefund(ctx, id, paymentId))
  const inReview = await ctx.db
    .select({ id: payments.id })
    .from(payments)
    .where(and(isNotNull(payments.reviewReason), eq(payments.openIssues, 0)))
    .orderBy(asc(payments.id))
    .limit(batchSize)
  for (const { id } of inReview) await continueOnError(ctx, id, () => adoptReview(ctx, id))
}

/** Its reservation had been released: it is owed again as far as the money was not promised otherwise since. */
async function adoptRefund(ctx: Ctx, refundId: string, paymentId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const payment = await lockPayment(ctx, paymentId)
    const refund = await requireRefund(ctx, refundId)
    if (refund.status !== 'FAILED' || refund.issueId !== null) return
    const owedMinor = Math.min(refund.amountMinor, payment.capturedMinor - payment.refundReservedMinor)
    if (owedMinor === 0) {
      return void (await ctx.db.update(refunds).set({ status: 'REJECTED' }).where(eq(refunds.id, refundId)))
    }
    const refundReservedMinor = payment.refundReservedMinor + owedMinor
    await ctx.db.update(payments).set({ refundReservedMinor }).where(eq(payments.id, paymentId))
    await ctx.db.update(refunds).set({ amountMinor: owedMinor }).where(eq(refunds.id, refundId))
    await holdBackRefund(ctx, { ...payment, refundReservedMinor }, { ...refund, amountMinor: owedMinor })
  })
}

/** Its money is on SUSPENSE since. A refund of a wrong amount is reconciled anyway, so its flag is cleared. */
async function adoptReview(ctx: Ctx, paymentId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const payment = await lockPayment(ctx, paymentId)
    const { reviewReason, reviewAmountMinor, reviewCurrency, capturedAt, provider } = payment
    if (payment.openIssues > 0) return
    const isWaiting = reviewReason === 'CAPTURE_MISMATCH' && reviewAmountMinor !== null && reviewCurrency !== null
    if (isWaiting) {
      const amount = { amountMinor: reviewAmountMinor, currency: reviewCurrency }
      const issue = await openIssue(ctx, {
        ...{ kind: 'CAPTURE_MISMATCH', key: `capture:${paymentId}:review`, payment, provider, amount },
        ...{ expected: { amountMinor: payment.amountMinor, currency: payment.currency }, received: amount },
        suspenseMinor: reviewAmountMinor,
      })
      await ctx.db.update(paymentCaptures).set({ issueId: issue.id }).where(eq(paymentCaptures.paymentId, paymentId))
    }
    if (isWaiting && capturedAt === null) return
    const cleared = { reviewReason: null, reviewAmountMinor: null, reviewCurrency: null }
    await ctx.db.update(payments).set(cleared).where(eq(payments.id, paymentId))
  })
}
