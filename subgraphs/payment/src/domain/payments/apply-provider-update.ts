import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, paymentAttempts, payments } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import type { PaymentUpdate } from '../../providers/provider.ts'
import { resolveOutcomeIssue } from '../issues/resolve-outcome-issue.ts'
import { listAttempts } from './attempts.ts'
import { lockPayment } from './lock-payment.ts'
import { partiesOf } from './payment-parties.ts'
import { type AttemptState, type PaymentState, reducePaymentState, statusOf } from './payment-state.ts'
import { applyCapture } from './record-capture.ts'

/**
 * Applies a provider's report about a payment, from a response, a webhook or a reconciliation. Any order and any number of
 * repeats end in the same payment, one posting and one event. Returns the changed payment. @throws {NotFound}
 */
export async function applyProviderUpdate(ctx: Ctx, update: PaymentUpdate): Promise<PaymentRow> {
  return await inTransaction(ctx, async (ctx) => {
    const locked = await lockPayment(ctx, update.paymentId)
    const before = stateOf(locked, await listAttempts(ctx, locked.id))
    const after = reducePaymentState(before, update)
    await writeAttempts(ctx, locked, { before, after })
    const payment = update.outcome === 'CAPTURED' ? await applyCapture(ctx, locked, update) : locked
    const status = statusOf({ ...stateOf(payment, after.attempts), isCancelled: after.isCancelled })
    if (status === payment.status) return payment
    await ctx.db.update(payments).set({ status }).where(eq(payments.id, payment.id))
    await resolveOutcomeIssue(ctx, payment, status)
    return { ...payment, status }
  })
}

function stateOf(payment: PaymentRow, attempts: readonly AttemptState[]): PaymentState {
  const { capturedAt, reviewReason, status } = payment
  return { attempts, capturedAt, isInReview: reviewReason === 'CAPTURE_MISMATCH', isCancelled: status === 'CANCELLED' }
}

interface Change {
  before: PaymentState
  after: PaymentState
}

async function writeAttempts(ctx: Ctx, payment: PaymentRow, { before, after }: Change): Promise<void> {
  for (const [index, { id, status, failureCode, actionUrl }] of after.attempts.entries()) {
    const known = before.attempts[index]
    if (known?.status === status && known.failureCode === failureCode && known.actionUrl === actionUrl) continue
    await ctx.db.update(paymentAttempts).set({ status, failureCode, actionUrl }).where(eq(paymentAttempts.id, id))
    if (status === 'FAILED' && known?.status !== 'FAILED') await publishFailure(ctx, payment, failureCode)
  }
}

async function publishFailure(ctx: Ctx, payment: PaymentRow, failureCode: string | null): Promise<void> {
  const amount = { amountMinor: payment.amountMinor, currency: payment.currency }
  const code = failureCode ?? 'FAILED'
  await emit(ctx, 'payment.failed', { subject: payment.id, data: { ...partiesOf(payment), amount, code } })
}
