import { NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentAttemptRow, type PaymentRow, paymentAttempts, payments } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import type { PaymentReport } from '../../providers/provider.ts'
import { settleOutcome } from '../issues/settle-outcome.ts'
import { partiesOf } from './payment-parties.ts'
import { type AttemptState, foldReport, type PaymentState, statusOf } from './payment-state.ts'
import { takeCapture } from './record-capture.ts'

/**
 * Takes in what a provider says of a payment, whether it answered, called, or was asked. Any order and any number of repeats
 * end in the same payment, one posting and one event. Returns the payment as it is then. @throws {NotFound}
 */
export async function applyReport(ctx: Ctx, report: PaymentReport): Promise<PaymentRow> {
  return await inTransaction(ctx, async (ctx) => {
    const locked = await lockPayment(ctx, report.paymentId)
    const before = stateOf(locked, await listAttempts(ctx, locked.id))
    const after = foldReport(before, report)
    await writeAttempts(ctx, locked, { before, after })
    const payment = report.outcome === 'CAPTURED' ? await takeCapture(ctx, locked, report) : locked
    const status = statusOf({ ...stateOf(payment, after.attempts), isCancelled: after.isCancelled })
    if (status === payment.status) return payment
    await ctx.db.update(payments).set({ status }).where(eq(payments.id, payment.id))
    await settleOutcome(ctx, payment, status)
    return { ...payment, status }
  })
}

/** The payment, which nobody else changes until the transaction ends. @throws {NotFound} */
export async function lockPayment(ctx: Ctx, id: string): Promise<PaymentRow> {
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, id)).for('update')
  if (!payment) throw new NotFound('payment', id)
  return payment
}

/** A payment's attempts, the first first. */
export async function listAttempts(ctx: Ctx, paymentId: string): Promise<PaymentAttemptRow[]> {
  return await ctx.db
    .select()
    .from(paymentAttempts)
    .where(eq(paymentAttempts.paymentId, paymentId))
    .orderBy(asc(paymentAttempts.sequence))
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
    if (status === 'FAILED' && known?.status !== 'FAILED') await announceFailure(ctx, payment, failureCode)
  }
}

async function announceFailure(ctx: Ctx, payment: PaymentRow, failureCode: string | null): Promise<void> {
  const amount = { amountMinor: payment.amountMinor, currency: payment.currency }
  const code = failureCode ?? 'FAILED'
  await emit(ctx, 'payment.failed', { subject: payment.id, data: { ...partiesOf(payment), amount, code } })
}
