import { addJob } from '@tikitu/kit/messaging/jobs'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'
import type { PaymentUpdate } from '../../providers/provider.ts'
import { applyProviderUpdate } from './apply-provider-update.ts'
import { listAttempts } from './attempts.ts'
import { callProvider } from './call-provider.ts'

/** The job that reconciles a payment with its provider. */
export const reconcileTask = 'reconcilePayment'

/** The time to wait for an answer or a webhook before reconciling. Longer than the provider's timeout. */
const askAfterMs = 10_000
/** An attempt still unknown to the provider after this time never reached it. */
const lostAfterMs = 60_000

/** Adds the job, in the transaction that opens an attempt: it is reconciled even if this process ends. */
export async function reconcileLater(ctx: Ctx, paymentId: string): Promise<void> {
  const runAt = new Date(ctx.now().getTime() + askAfterMs)
  await addJob(ctx, { task: reconcileTask, payload: { paymentId }, key: `${reconcileTask}:${paymentId}`, runAt })
}

/**
 * Asks the provider for the outcome of an open payment and applies it. Throws while there is no outcome, so that the job
 * retries.
 */
export async function reconcilePayment(ctx: Ctx, paymentId: string): Promise<void> {
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, paymentId))
  if (payment?.status !== 'PROCESSING' && payment?.status !== 'REQUIRES_ACTION') return
  const answer = await callProvider(ctx, payment.provider, (provider, signal) => provider.find(paymentId, signal))
  if (answer.outcome !== 'ANSWERED') throw new Error(`${payment.provider} did not report the outcome of ${paymentId}`)
  const reconciled = await applyAnswer(ctx, payment, answer.value)
  if (reconciled.status === 'PROCESSING') throw new Error(`${paymentId} is still in progress`)
}

async function applyAnswer(ctx: Ctx, payment: PaymentRow, update: PaymentUpdate | null): Promise<PaymentRow> {
  const latest = (await listAttempts(ctx, payment.id)).at(-1)
  const known = update ? await applyProviderUpdate(ctx, update) : payment
  if (!latest || update?.attemptId === latest.id || known.status !== 'PROCESSING') return known
  const isLost = ctx.now().getTime() - latest.createdAt.getTime() >= lostAfterMs
  return isLost ? await applyProviderUpdate(ctx, notSentUpdate(ctx, payment, latest.id)) : known
}

/** Our own update that an attempt never reached the provider. A later capture outweighs it: see `reducePaymentState`. */
export function notSentUpdate(ctx: Ctx, payment: PaymentRow, attemptId: string): PaymentUpdate {
  return {
    kind: 'payment',
    paymentId: payment.id,
    attemptId,
    outcome: 'FAILED',
    amount: { amountMinor: payment.amountMinor, currency: payment.currency },
    failureCode: 'NOT_SENT',
    actionUrl: null,
    at: ctx.now(),
  }
}
