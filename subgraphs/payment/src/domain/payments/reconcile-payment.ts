import { addJob } from '@tikitu/kit/messaging/jobs'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'
import type { PaymentUpdate } from '../../providers/provider.ts'
import { applyProviderUpdate } from './apply-provider-update.ts'
import { listAttempts } from './attempts.ts'
import { callProvider } from './call-provider.ts'

/** The job that asks the provider what became of a payment. */
export const reconcileTask = 'reconcilePayment'

/** How long we wait for an answer or a webhook before we ask. Longer than a provider may take to answer. */
const askAfterMs = 10_000
/** An attempt of which the provider has not heard by then never reached it. */
const lostAfterMs = 60_000

/** Adds the job in the transaction that opens an attempt: whatever ends this process, somebody will ask. */
export async function reconcileLater(ctx: Ctx, paymentId: string): Promise<void> {
  const runAt = new Date(ctx.now().getTime() + askAfterMs)
  await addJob(ctx, { task: reconcileTask, payload: { paymentId }, key: `${reconcileTask}:${paymentId}`, runAt })
}

/**
 * Asks the provider what became of a payment whose outcome nobody told us, and takes it in. Throws while there is no
 * outcome, so that the job asks again later.
 */
export async function reconcilePayment(ctx: Ctx, paymentId: string): Promise<void> {
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, paymentId))
  if (payment?.status !== 'PROCESSING' && payment?.status !== 'REQUIRES_ACTION') return
  const answer = await callProvider(ctx, payment.provider, (provider, signal) => provider.find(paymentId, signal))
  if (answer.outcome !== 'ANSWERED') throw new Error(`${payment.provider} does not say what became of ${paymentId}`)
  const reconciled = await applyAnswer(ctx, payment, answer.value)
  if (reconciled.status === 'PROCESSING') throw new Error(`${paymentId} is still under way`)
}

async function applyAnswer(ctx: Ctx, payment: PaymentRow, update: PaymentUpdate | null): Promise<PaymentRow> {
  const latest = (await listAttempts(ctx, payment.id)).at(-1)
  const known = update ? await applyProviderUpdate(ctx, update) : payment
  if (!latest || update?.attemptId === latest.id || known.status !== 'PROCESSING') return known
  const isLost = ctx.now().getTime() - latest.createdAt.getTime() >= lostAfterMs
  return isLost ? await applyProviderUpdate(ctx, notSentUpdate(ctx, payment, latest.id)) : known
}

/**
 * Our own word that an attempt never reached the provider. Should it arrive after all and be captured, that outweighs this:
 * see the fold.
 */
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
