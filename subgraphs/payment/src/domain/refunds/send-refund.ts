import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { payments } from '../../db/tables/payments.ts'
import { callProvider } from '../payments/call-provider.ts'
import { applyRefundUpdate } from './apply-refund-update.ts'
import { requireRefund } from './read-refund.ts'
import { refundKeyOf } from './refund-key.ts'

/**
 * Sends a refund to the provider and applies the answer. Throws without one, so that the job retries: the provider makes a
 * refund of the same key once.
 */
export async function sendRefund(ctx: Ctx, refundId: string): Promise<void> {
  const refund = await requireRefund(ctx, refundId)
  const { paymentId, amountMinor, currency, status } = refund
  if (status !== 'APPROVED' && status !== 'PENDING') return
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, paymentId))
  if (!payment) throw new Error(`${refundId} has no payment`)
  const amount = { amountMinor, currency }
  const answer = await callProvider(ctx, payment.provider, (provider, signal) =>
    provider.refund({ refundId: refundKeyOf(refund), paymentId, amount }, signal),
  )
  if (answer.outcome !== 'ANSWERED') throw new Error(`${payment.provider} did not report the outcome of ${refundId}`)
  await applyRefundUpdate(ctx, answer.value)
}
