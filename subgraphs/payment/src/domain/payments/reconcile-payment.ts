import { addJob } from '@tikitu/kit/messaging/jobs'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'
import type { PaymentReport } from '../../providers/provider.ts'
import { applyReport, listAttempts } from './apply-provider-update.ts'
import { askProvider } from './call-provider.ts'

/** The job that asks the provider what became of a payment. */
export const settleTask = 'settlePayment'

/** How long we wait for an answer or a webhook before we ask. Longer than a provider may take to answer. */
const askAfterMs = 10_000
/** An attempt of which the provider has not heard by then never reached it. */
const lostAfterMs = 60_000

/** Adds the job in the transaction that opens an attempt: whatever ends this process, somebody will ask. */
export async function settleLater(ctx: Ctx, paymentId: string): Promise<void> {
  const runAt = new Date(ctx.now().getTime() + askAfterMs)
  await addJob(ctx, { task: settleTask, payload: { paymentId }, key: `${settleTask}:${paymentId}`, runAt })
}

/**
 * Asks the provider what became of a payment whose outcome nobody told us, and takes it in. Throws while there is no
 * outcome, so that the job asks again later.
 */
export async function settlePayment(ctx: Ctx, paymentId: string): Promise<void> {
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, paymentId))
  if (payment?.status !== 'PROCESSING' && payment?.status !== 'REQUIRES_ACTION') return
  const answer = await askProvider(ctx, payment.provider, (provider, signal) => provider.find(paymentId, signal))
  if (answer.outcome !== 'ANSWERED') throw new Error(`${payment.provider} does not say what became of ${paymentId}`)
  const settled = await takeAnswer(ctx, payment, answer.value)
  if (settled.status === 'PROCESSING') throw new Error(`${paymentId} is still under way`)
}

async function takeAnswer(ctx: Ctx, payment: PaymentRow, report: PaymentReport | null): Promise<PaymentRow> {
  const latest = (await listAttempts(ctx, payment.id)).at(-1)
  const known = report ? await applyReport(ctx, report) : payment
  if (!latest || report?.attemptId === latest.id || known.status !== 'PROCESSING') return known
  const isLost = ctx.now().getTime() - latest.createdAt.getTime() >= lostAfterMs
  return isLost ? await applyReport(ctx, notSentReport(ctx, payment, latest.id)) : known
}

/**
 * Our own word that an attempt never reached the provider. Should it arrive after all and be captured, that outweighs this:
 * see the fold.
 */
export function notSentReport(ctx: Ctx, payment: PaymentRow, attemptId: string): PaymentReport {
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
