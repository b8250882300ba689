import { inTransaction } from '@tikitu/kit/db'
import { NotFound } from '@tikitu/kit/errors'
import { asc, eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type PaymentAttemptRow, type PaymentRow, paymentAttempts, payments } from '../db/tables/payments.ts'
import { emit } from '../emit.ts'
import type { PaymentReport } from '../providers/provider.ts'
import { commissionOf } from './commission.ts'
import { postCapture, postMismatch } from './ledger.ts'
import { foldReport, type PaymentState, statusOf } from './payment-fold.ts'

/**
 * Takes in what a provider says of a payment, whether it answered, called, or was asked. Any order and any number of repeats
 * end in the same payment, one posting and one event. Returns the payment as it is then. @throws {NotFound}
 */
export async function applyReport(ctx: Ctx, report: PaymentReport): Promise<PaymentRow> {
  return await inTransaction(ctx, async (ctx) => {
    const payment = await lockPayment(ctx, report.paymentId)
    const before = await readState(ctx, payment)
    const after = foldReport(before, report)
    await writeAttempts(ctx, payment, { before, after })
    const changed = { ...payment, status: statusOf(after) }
    if (after.mismatch && !before.mismatch) return await recordMismatch(ctx, changed, { report, after })
    if (after.capturedAt && !before.capturedAt) return await recordCapture(ctx, changed, after.capturedAt)
    if (changed.status === payment.status) return payment
    return await save(ctx, changed)
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

async function readState(ctx: Ctx, payment: PaymentRow): Promise<PaymentState> {
  const { reviewReason, reviewAmountMinor, reviewCurrency } = payment
  const isMismatched = reviewReason === 'CAPTURE_MISMATCH' && reviewAmountMinor !== null && reviewCurrency !== null
  return {
    due: { amountMinor: payment.amountMinor, currency: payment.currency },
    attempts: await listAttempts(ctx, payment.id),
    capturedAt: payment.capturedAt,
    mismatch: isMismatched ? { amountMinor: reviewAmountMinor, currency: reviewCurrency } : null,
    isCancelled: payment.status === 'CANCELLED',
  }
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

async function recordCapture(ctx: Ctx, payment: PaymentRow, capturedAt: Date): Promise<PaymentRow> {
  const commissionMinor = await commissionOf(ctx, payment)
  const captured = await save(ctx, { ...payment, capturedMinor: payment.amountMinor, commissionMinor, capturedAt })
  await postCapture(ctx, captured, capturedAt)
  const amount = { amountMinor: captured.capturedMinor, currency: captured.currency }
  const data = { ...partiesOf(payment), amount, capturedAt: capturedAt.toISOString() }
  await emit(ctx, 'payment.captured', { subject: payment.id, data })
  return captured
}

async function recordMismatch(
  ctx: Ctx,
  payment: PaymentRow,
  { report, after }: { report: PaymentReport; after: PaymentState },
): Promise<PaymentRow> {
  ctx.log.error({ paymentId: payment.id, report }, 'the provider captured another amount than was due')
  await postMismatch(ctx, payment, { ...report.amount, at: report.at })
  return await save(ctx, {
    ...payment,
    reviewReason: 'CAPTURE_MISMATCH',
    reviewAmountMinor: after.mismatch?.amountMinor ?? null,
    reviewCurrency: after.mismatch?.currency ?? null,
  })
}

/** Who a payment concerns, as its events say it. */
export function partiesOf({ id: paymentId, bookingId, reference, userId, partnerId }: PaymentRow) {
  return { paymentId, bookingId, reference, userId, partnerId }
}

async function save(ctx: Ctx, payment: PaymentRow): Promise<PaymentRow> {
  const { id, status, capturedMinor, commissionMinor, capturedAt } = payment
  const { reviewReason, reviewAmountMinor, reviewCurrency } = payment
  const review = { reviewReason, reviewAmountMinor, reviewCurrency }
  await ctx.db
    .update(payments)
    .set({ status, capturedMinor, commissionMinor, capturedAt, ...review })
    .where(eq(payments.id, id))
  return payment
}
