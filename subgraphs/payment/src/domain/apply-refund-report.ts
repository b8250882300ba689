import { inTransaction } from '@tikitu/kit/db'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type PaymentRow, payments, type RefundRow, refunds } from '../db/tables/payments.ts'
import { emit } from '../emit.ts'
import type { RefundReport } from '../providers/provider.ts'
import { lockPayment, partiesOf } from './apply-report.ts'
import { postRefund } from './ledger.ts'
import { isSameMoney } from './payment-fold.ts'
import { requireRefund } from './refund-payment.ts'

/**
 * Takes in what a provider says of a refund. How it ended is said once: later and repeated reports change nothing.
 * @throws {NotFound}
 */
export async function applyRefundReport(ctx: Ctx, report: RefundReport): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const payment = await lockPayment(ctx, report.paymentId)
    const refund = await requireRefund(ctx, report.refundId)
    if (refund.status !== 'APPROVED' && refund.status !== 'PENDING') return
    if (refund.paymentId !== payment.id || !isSameMoney(report.amount, refund)) {
      ctx.log.error({ refundId: refund.id, report }, 'the provider refunded something else than was asked')
      await ctx.db.update(payments).set({ reviewReason: 'REFUND_MISMATCH' }).where(eq(payments.id, payment.id))
      return
    }
    if (report.outcome === 'SUCCEEDED') await succeed(ctx, payment, { ...refund, settledAt: report.at })
    else if (report.outcome === 'FAILED') await fail(ctx, payment, { refund, report })
    else await ctx.db.update(refunds).set({ status: 'PENDING' }).where(eq(refunds.id, refund.id))
  })
}

async function succeed(ctx: Ctx, payment: PaymentRow, refund: RefundRow & { settledAt: Date }): Promise<void> {
  const { id: refundId, amountMinor, currency, cause, causeId, settledAt } = refund
  const refundedMinor = payment.refundedMinor + amountMinor
  await postRefund(ctx, payment, refund)
  await ctx.db.update(refunds).set({ status: 'SUCCEEDED', settledAt }).where(eq(refunds.id, refundId))
  await ctx.db.update(payments).set({ refundedMinor }).where(eq(payments.id, payment.id))
  await emit(ctx, 'payment.refunded', {
    subject: payment.id,
    data: {
      ...partiesOf(payment),
      refundId,
      amount: { amountMinor, currency },
      cause,
      causeId,
      refundedInAll: { amountMinor: refundedMinor, currency },
    },
  })
}

async function fail(
  ctx: Ctx,
  payment: PaymentRow,
  { refund, report }: { refund: RefundRow; report: RefundReport },
): Promise<void> {
  const { id: refundId, amountMinor, currency } = refund
  const failureCode = report.failureCode ?? 'FAILED'
  const refundReservedMinor = payment.refundReservedMinor - amountMinor
  await ctx.db
    .update(refunds)
    .set({ status: 'FAILED', failureCode, settledAt: report.at })
    .where(eq(refunds.id, refundId))
  await ctx.db.update(payments).set({ refundReservedMinor }).where(eq(payments.id, payment.id))
  const data = { ...partiesOf(payment), refundId, amount: { amountMinor, currency }, code: failureCode }
  await emit(ctx, 'payment.refundFailed', { subject: payment.id, data })
}
