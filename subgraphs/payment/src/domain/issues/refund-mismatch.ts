import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { IssueRow } from '../../db/tables/issues.ts'
import { paymentIssues } from '../../db/tables/issues.ts'
import type { PaymentRow, RefundRow } from '../../db/tables/payments.ts'
import type { RefundUpdate } from '../../providers/provider.ts'
import { changeRefund } from '../refunds/change-refund.ts'
import { resolveIssue } from './change-issue.ts'
import { postReturned, postReversal, postUnexpectedRefund } from './issue-postings.ts'
import { findIssue, openIssue } from './open-issue.ts'

/**
 * The provider refunded something else than requested: a wrong amount, another payment, or twice. The difference is held
 * until staff decide. An amount that is held is not held again when it is reported at another time. The caller's transaction has
 * locked the payment.
 */
export async function recordMismatchedRefund(
  ctx: Ctx,
  payment: PaymentRow,
  { refund, update }: { refund: RefundRow; update: RefundUpdate },
): Promise<void> {
  const { amount, at } = update
  const known = await findIssue(ctx, mismatchKey(update))
  if (known && known.status !== 'RESOLVED') return
  ctx.log.error({ refundId: refund.id, update }, 'the provider made a wrong refund')
  if (refund.status === 'NEEDS_REVIEW') await revertMismatch(ctx, refund)
  const { id: refundId, currency } = refund
  const isAwaited = isOpen(refund) && refund.issueId === null
  const isMoreOfIt = refund.status === 'SUCCEEDED' && amount.currency === currency && update.paymentId === payment.id
  const goneMinor =
    isMoreOfIt && refund.route === 'PROVIDER' ? amount.amountMinor - refund.amountMinor : amount.amountMinor
  const issue = await openIssue(ctx, {
    ...{ kind: 'REFUND_MISMATCH', key: mismatchKey(update), payment, provider: payment.provider, refundId },
    amount: { amountMinor: Math.abs(goneMinor), currency: amount.currency },
    expected: { amountMinor: refund.amountMinor, currency },
    received: amount,
    suspenseMinor: -goneMinor,
  })
  const posting = { amountMinor: Math.abs(goneMinor), at, step: issue.version }
  if (goneMinor > 0) await postUnexpectedRefund(ctx, issue, posting)
  if (goneMinor < 0) await postReturned(ctx, issue, posting)
  if (isAwaited) await changeRefund(ctx, { payment, refund }, { status: 'NEEDS_REVIEW' })
}

/** Reverses what the provider reported before, as it has corrected the amount. */
export async function revertMismatch(ctx: Ctx, { id: refundId }: RefundRow): Promise<void> {
  const isIt = and(eq(paymentIssues.refundId, refundId), eq(paymentIssues.kind, 'REFUND_MISMATCH'))
  const known = await ctx.db.select().from(paymentIssues).where(isIt).for('update')
  for (const issue of known.filter(isUndecided)) {
    await postReversal(ctx, issue, 'MISMATCHED_REFUND')
    await resolveIssue(ctx, issue, { step: 'CORRECTED', resolution: 'SETTLED' })
  }
}

function isUndecided({ status, suspenseMinor }: IssueRow): boolean {
  return status !== 'RESOLVED' && suspenseMinor < 0
}

function isOpen({ status }: RefundRow): boolean {
  return status === 'APPROVED' || status === 'PENDING' || status === 'NEEDS_REVIEW'
}

function mismatchKey({ refundId, amount }: RefundUpdate): string {
  return `refund-mismatch:${refundId}:${amount.amountMinor}${amount.currency}`
}
