import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { payments } from '../../db/tables/payments.ts'
import { applyProviderUpdate } from './apply-provider-update.ts'
import { callProvider } from './call-provider.ts'

/** The job that cancels the payment of an expired booking. */
export const cancelTask = 'cancelPayment'

/**
 * Cancels a payment at its provider, unless it was captured; throws while the provider does not answer, so that the job
 * retries.
 */
export async function cancelPayment(ctx: Ctx, paymentId: string): Promise<void> {
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, paymentId))
  if (!payment || payment.status === 'CAPTURED' || payment.status === 'CANCELLED') return
  const answer = await callProvider(ctx, payment.provider, (provider, signal) => provider.cancel(paymentId, signal))
  if (answer.outcome !== 'ANSWERED')
    throw new Error(`${payment.provider} did not confirm the cancellation of ${paymentId}`)
  const { amountMinor, currency } = payment
  const unknownPayment = {
    kind: 'payment',
    paymentId,
    attemptId: null,
    outcome: 'CANCELLED',
    amount: { amountMinor, currency },
    failureCode: null,
    actionUrl: null,
    at: ctx.now(),
  } as const
  await applyProviderUpdate(ctx, answer.value ?? unknownPayment)
}
