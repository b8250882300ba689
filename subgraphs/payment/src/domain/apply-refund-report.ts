import { inTransaction } from '@tikitu/kit/db'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type PaymentRow, payments, type RefundRow } from '../db/tables/payments.ts'
import { emit } from '../emit.ts'
import type { RefundReport } from '../providers/provider.ts'
import { lockPayment, partiesOf } from './apply-report.ts'
import { changeRefund } from './change-refund.ts'
import { isGoodwill, postRefund } from './ledger.ts'
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
    else if (refund.status !== 'PENDING') await changeRefund(ctx, { payment, refund }, { status: 'PENDING' })
  })
}

async function succeed(ctx: Ctx, payment: PaymentRow, refund: RefundRow & { settledAt: Date }): Promise<void> {
  const { id: refundId, amountMinor, currency, cause, causeId, settledAt, messageToCustomer } = refund
  const refundedMinor = payment.refundedMinor + amountMinor
  const refundedForTicketsMinor = payment.refundedForTicketsMinor + (isGoodwill(refund) ? 0 : amountMinor)
  await postRefund(ctx, payment, refund)
  await ctx.db.update(payments).set({ refundedMinor, refundedForTicketsMinor }).where(eq(payments.id, payment.id))
  await changeRefund(ctx, { payment, refund }, { status: 'SUCCEEDED', settledAt })
  await emit(ctx, 'payment.refunded', {
    subject: payment.id,
    data: {
      ...partiesOf(payment),
      refundId,
      amount: { amountMinor, currency },
      cause,
      causeId,
      messageToCustomer,
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
  await changeRefund(ctx, { payment, refund }, { status: 'FAILED', failureCode, settledAt: report.at })
  const data = { ...partiesOf(payment), refundId, amount: { amountMinor, currency }, code: failureCode }
  await emit(ctx, 'payment.refundFailed', { subject: payment.id, data })
}
