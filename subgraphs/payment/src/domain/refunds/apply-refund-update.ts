import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { refundReports } from '../../db/tables/issues.ts'
import { type PaymentRow, payments, type RefundRow } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import type { RefundUpdate } from '../../providers/provider.ts'
import { holdBackRefund, holdBackReturned, reopenRefundIssue, resolveRefundIssue } from '../issues/refund-issue.ts'
import { recordMismatchedRefund, revertMismatch } from '../issues/refund-mismatch.ts'
import { outcomeKey, resolveIssueOf } from '../issues/resolve-outcome-issue.ts'
import { debitsOf, postRefund } from '../ledger/ledger.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { partiesOf } from '../payments/payment-parties.ts'
import { isSameMoney } from '../payments/payment-state.ts'
import { changeRefund } from './change-refund.ts'
import { requireRefund } from './read-refund.ts'
import { readRefundKey } from './refund-key.ts'

/**
 * Applies a provider's report about a refund. A repeated report changes nothing; of two contradicting ones the later
 * counts, as a refund may be returned. A failed, returned or wrong refund becomes an issue. @throws {NotFound}
 */
export async function applyRefundUpdate(ctx: Ctx, update: RefundUpdate): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const { refundId, attempt } = readRefundKey(update.refundId)
    const { paymentId } = await requireRefund(ctx, refundId)
    const payment = await lockPayment(ctx, paymentId)
    const refund = await requireRefund(ctx, refundId)
    const { outcome } = update
    if (outcome === 'PENDING') return await markPending(ctx, payment, { refund, update, attempt })
    if (!(await isNewOutcome(ctx, refund, { ...update, outcome, attempt }))) return
    if (payment.openIssues > 0) await resolveIssueOf(ctx, outcomeKey(refund.id))
    if (outcome === 'FAILED') await applyFailure(ctx, payment, { refund, update, attempt })
    else await applySuccess(ctx, payment, { refund, update, attempt })
  })
}

interface RefundUpdateContext {
  refund: RefundRow
  update: RefundUpdate
  attempt: number
}

/** The refund succeeds if this attempt sent the requested amount; otherwise it becomes an issue. */
async function applySuccess(ctx: Ctx, payment: PaymentRow, told: RefundUpdateContext): Promise<void> {
  const { refund, update } = told
  if (!isAsAsked(payment, told)) return await recordMismatchedRefund(ctx, payment, { refund, update })
  if (refund.status === 'NEEDS_REVIEW') await revertMismatch(ctx, refund)
  if (refund.status !== 'SUCCEEDED') await succeedRefund(ctx, payment, { ...refund, completedAt: update.at })
}

function isAsAsked(payment: PaymentRow, { refund, update, attempt }: RefundUpdateContext): boolean {
  const isTry = attempt === refund.attempt && refund.route === 'PROVIDER' && isSent(refund)
  return isTry && update.paymentId === payment.id && isSameMoney(update.amount, refund)
}

/** Whether the refund was ever sent: not while it awaits approval, and not after it was rejected. */
function isSent({ status }: RefundRow): boolean {
  return status !== 'REQUESTED' && status !== 'ENDING_TICKETS' && status !== 'REJECTED'
}

/** Completes a refund. The money comes from its issue, or from the parties. */
export async function succeedRefund(
  ctx: Ctx,
  payment: PaymentRow,
  refund: RefundRow & { completedAt: Date },
): Promise<void> {
  const { completedAt, issueId } = refund
  if (issueId === null) {
    await postRefund(ctx, payment, refund)
    await ctx.db.update(payments).set(debitsOf(payment, refund)).where(eq(payments.id, payment.id))
  }
  const made = { status: 'SUCCEEDED' as const, completedAt, failureCode: null }
  const { refund: succeeded } = await changeRefund(ctx, { payment, refund }, made)
  await publishRefunded(ctx, await countRefunded(ctx, payment, succeeded), succeeded)
  if (issueId !== null) await resolveRefundIssue(ctx, refund, { issueId, at: completedAt })
}

/** Adds a refund to the payment's completed ones. Money that was never due is not part of what was captured. */
export async function countRefunded(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<PaymentRow> {
  if (refund.cause === 'PAYMENT_ISSUE') return payment
  const refundedMinor = payment.refundedMinor + refund.amountMinor
  await ctx.db.update(payments).set({ refundedMinor }).where(eq(payments.id, payment.id))
  return { ...payment, refundedMinor }
}

/** Emits that a refund was completed. */
export async function publishRefunded(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const { id: refundId, amountMinor, currency, cause, causeId, messageToCustomer } = refund
  const { transferReference, transferredOn } = refund
  const isTransfer = transferReference !== null && transferredOn !== null
  await emit(ctx, 'payment.refunded', {
    subject: payment.id,
    data: {
      ...partiesOf(payment),
      refundId,
      amount: { amountMinor, currency },
      cause,
      causeId,
      messageToCustomer,
      ...(isTransfer ? { transfer: { reference: transferReference, sentOn: transferredOn } } : {}),
      refundedInAll: { amountMinor: payment.refundedMinor, currency: payment.currency },
    },
  })
}

/** Emits that a refund failed. */
export async function publishRefundFailed(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const { id: refundId, amountMinor, currency, failureCode } = refund
  const data = { ...partiesOf(payment), refundId, amount: { amountMinor, currency }, code: failureCode ?? 'FAILED' }
  await emit(ctx, 'payment.refundFailed', { subject: payment.id, data })
}

async function markPending(ctx: Ctx, payment: PaymentRow, { refund, attempt }: RefundUpdateContext): Promise<void> {
  if (refund.status !== 'APPROVED' || attempt !== refund.attempt) return
  await changeRefund(ctx, { payment, refund }, { status: 'PENDING' })
}

interface RefundOutcome {
  attempt: number
  outcome: 'SUCCEEDED' | 'FAILED'
  amount: { amountMinor: number; currency: string }
  at: Date
}

/** Whether this outcome is new, and nothing later is known of the same attempt. */
async function isNewOutcome(
  ctx: Ctx,
  { id: refundId }: RefundRow,
  { attempt, outcome, amount, at }: RefundOutcome,
): Promise<boolean> {
  const isTry = and(eq(refundReports.refundId, refundId), eq(refundReports.attempt, attempt))
  const known = await ctx.db.select().from(refundReports).where(isTry)
  const kept = await ctx.db
    .insert(refundReports)
    .values({ refundId, attempt, outcome, ...amount, at })
    .onConflictDoNothing()
    .returning()
  return kept.length > 0 && known.every((update) => update.at <= at)
}

/** A failure of an older attempt changes nothing. */
async function applyFailure(
  ctx: Ctx,
  payment: PaymentRow,
  { refund, update, attempt }: RefundUpdateContext,
): Promise<void> {
  if (attempt !== refund.attempt || refund.route !== 'PROVIDER' || refund.status === 'FAILED' || !isSent(refund)) return
  if (refund.status === 'NEEDS_REVIEW') await revertMismatch(ctx, refund)
  const failureCode = update.failureCode ?? 'FAILED'
  const change = { status: 'FAILED' as const, failureCode, completedAt: update.at }
  const { refund: failed } = await changeRefund(ctx, { payment, refund }, change)
  await publishRefundFailed(ctx, payment, failed)
  if (refund.status === 'SUCCEEDED') await holdBackReturned(ctx, payment, { refund: failed, at: update.at })
  else if (refund.issueId === null) await holdBackRefund(ctx, payment, failed)
  else await reopenRefundIssue(ctx, failed, refund.issueId)
}
