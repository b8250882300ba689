import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { refundReports } from '../../db/tables/issues.ts'
import { type PaymentRow, payments, type RefundRow } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import type { RefundReport } from '../../providers/provider.ts'
import { keepRefundIssue, setAsideRefund, setAsideReturned, settleRefundIssue } from '../issues/refund-issue.ts'
import { takeBackMismatch, takeMismatchedRefund } from '../issues/refund-mismatch.ts'
import { outcomeKey, settleKnown } from '../issues/settle-outcome.ts'
import { debitedOf, postRefund } from '../ledger/ledger.ts'
import { lockPayment } from '../payments/apply-provider-update.ts'
import { partiesOf } from '../payments/payment-parties.ts'
import { isSameMoney } from '../payments/payment-state.ts'
import { changeRefund } from './change-refund.ts'
import { readRefundKey } from './refund-key.ts'
import { requireRefund } from './refund-payment.ts'

/**
 * Takes in what a provider says of a refund. A repeated report changes nothing; of two that contradict each other the later
 * counts, as a refund may come back. What failed, came back, or was another amount becomes an issue. @throws {NotFound}
 */
export async function applyRefundReport(ctx: Ctx, report: RefundReport): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const { refundId, attempt } = readRefundKey(report.refundId)
    const { paymentId } = await requireRefund(ctx, refundId)
    const payment = await lockPayment(ctx, paymentId)
    const refund = await requireRefund(ctx, refundId)
    const { outcome } = report
    if (outcome === 'PENDING') return await keepPending(ctx, payment, { refund, report, attempt })
    if (!(await isNews(ctx, refund, { ...report, outcome, attempt }))) return
    if (payment.openIssues > 0) await settleKnown(ctx, outcomeKey(refund.id))
    if (outcome === 'FAILED') await takeFailure(ctx, payment, { refund, report, attempt })
    else await takeSuccess(ctx, payment, { refund, report, attempt })
  })
}

interface Told {
  refund: RefundRow
  report: RefundReport
  attempt: number
}

/** What went is what was asked for, by this try; or it is somebody's task. */
async function takeSuccess(ctx: Ctx, payment: PaymentRow, told: Told): Promise<void> {
  const { refund, report } = told
  if (!isAsAsked(payment, told)) return await takeMismatchedRefund(ctx, payment, { refund, report })
  if (refund.status === 'NEEDS_REVIEW') await takeBackMismatch(ctx, refund)
  if (refund.status !== 'SUCCEEDED') await succeedRefund(ctx, payment, { ...refund, settledAt: report.at })
}

function isAsAsked(payment: PaymentRow, { refund, report, attempt }: Told): boolean {
  const isTry = attempt === refund.attempt && refund.route === 'PROVIDER' && isSent(refund)
  return isTry && report.paymentId === payment.id && isSameMoney(report.amount, refund)
}

/** One that waits for a second person, or was decided against, was never asked for. */
function isSent({ status }: RefundRow): boolean {
  return status !== 'REQUESTED' && status !== 'ENDING_TICKETS' && status !== 'REJECTED'
}

/** The refund arrived. It is paid by what stands apart for it, or by those who had received the money. */
export async function succeedRefund(
  ctx: Ctx,
  payment: PaymentRow,
  refund: RefundRow & { settledAt: Date },
): Promise<void> {
  const { settledAt, issueId } = refund
  if (issueId === null) {
    await postRefund(ctx, payment, refund)
    await ctx.db.update(payments).set(debitedOf(payment, refund)).where(eq(payments.id, payment.id))
  }
  const made = { status: 'SUCCEEDED' as const, settledAt, failureCode: null }
  const { refund: succeeded } = await changeRefund(ctx, { payment, refund }, made)
  await tellRefunded(ctx, await countRefunded(ctx, payment, succeeded), succeeded)
  if (issueId !== null) await settleRefundIssue(ctx, refund, { issueId, at: settledAt })
}

/** Counts a refund among those that have succeeded. What was not due in the first place is no part of what was captured. */
export async function countRefunded(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<PaymentRow> {
  if (refund.cause === 'PAYMENT_ISSUE') return payment
  const refundedMinor = payment.refundedMinor + refund.amountMinor
  await ctx.db.update(payments).set({ refundedMinor }).where(eq(payments.id, payment.id))
  return { ...payment, refundedMinor }
}

/** Says that money went back. */
export async function tellRefunded(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
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

/** Says that money did not go back. */
export async function tellRefundFailed(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const { id: refundId, amountMinor, currency, failureCode } = refund
  const data = { ...partiesOf(payment), refundId, amount: { amountMinor, currency }, code: failureCode ?? 'FAILED' }
  await emit(ctx, 'payment.refundFailed', { subject: payment.id, data })
}

async function keepPending(ctx: Ctx, payment: PaymentRow, { refund, attempt }: Told): Promise<void> {
  if (refund.status !== 'APPROVED' || attempt !== refund.attempt) return
  await changeRefund(ctx, { payment, refund }, { status: 'PENDING' })
}

interface End {
  attempt: number
  outcome: 'SUCCEEDED' | 'FAILED'
  amount: { amountMinor: number; currency: string }
  at: Date
}

/** Whether this end of a refund was not told before, and nothing later is known of the same try. */
async function isNews(ctx: Ctx, { id: refundId }: RefundRow, { attempt, outcome, amount, at }: End): Promise<boolean> {
  const isTry = and(eq(refundReports.refundId, refundId), eq(refundReports.attempt, attempt))
  const known = await ctx.db.select().from(refundReports).where(isTry)
  const kept = await ctx.db
    .insert(refundReports)
    .values({ refundId, attempt, outcome, ...amount, at })
    .onConflictDoNothing()
    .returning()
  return kept.length > 0 && known.every((report) => report.at <= at)
}

/** An older try may fail for good: nobody waits for it. */
async function takeFailure(ctx: Ctx, payment: PaymentRow, { refund, report, attempt }: Told): Promise<void> {
  if (attempt !== refund.attempt || refund.route !== 'PROVIDER' || refund.status === 'FAILED' || !isSent(refund)) return
  if (refund.status === 'NEEDS_REVIEW') await takeBackMismatch(ctx, refund)
  const failureCode = report.failureCode ?? 'FAILED'
  const change = { status: 'FAILED' as const, failureCode, settledAt: report.at }
  const { refund: failed } = await changeRefund(ctx, { payment, refund }, change)
  await tellRefundFailed(ctx, payment, failed)
  if (refund.status === 'SUCCEEDED') await setAsideReturned(ctx, payment, { refund: failed, at: report.at })
  else if (refund.issueId === null) await setAsideRefund(ctx, payment, failed)
  else await keepRefundIssue(ctx, failed, refund.issueId)
}
