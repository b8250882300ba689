import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { IssueRow } from '../../db/tables/issues.ts'
import { type PaymentRow, payments, type RefundRow, refunds } from '../../db/tables/payments.ts'
import { debitedOf } from '../ledger/ledger.ts'
import { changeIssue, lockIssue, resolveIssue } from './change-issue.ts'
import { postPaidBack, postReturned, postSetAside } from './issue-postings.ts'
import { findIssue, openIssue } from './open-issue.ts'

/** The issue of a refund that failed. */
export const refundKey = (refundId: string): string => `refund:${refundId}`

/**
 * A refund failed: what it would have given back stays owed, is taken from those who had it, so that no partner is paid out of
 * it, and stands apart until it goes another way. The caller's transaction has locked the payment.
 */
export async function setAsideRefund(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<IssueRow> {
  const issue = await openFor(ctx, payment, refund)
  await postSetAside(ctx, issue, { payment, taken: refund, step: issue.version })
  await ctx.db.update(payments).set(debitedOf(payment, refund)).where(eq(payments.id, payment.id))
  return issue
}

/** A refund that had arrived came back: it is owed again. */
export async function setAsideReturned(
  ctx: Ctx,
  payment: PaymentRow,
  { refund, at }: { refund: RefundRow; at: Date },
): Promise<void> {
  if (refund.cause !== 'PAYMENT_ISSUE') {
    const refundedMinor = payment.refundedMinor - refund.amountMinor
    await ctx.db.update(payments).set({ refundedMinor }).where(eq(payments.id, payment.id))
  }
  const { amountMinor } = refund
  const before = refund.issueId ? await lockIssue(ctx, refund.issueId) : await findIssue(ctx, refundKey(refund.id))
  const note = refund.failureCode
  const issue = before
    ? await changeIssue(ctx, before, {
        ...{ step: 'REFUND_RETURNED', note },
        set: { status: 'OPEN', resolution: null, resolvedAt: null, suspenseMinor: before.suspenseMinor + amountMinor },
      })
    : await openFor(ctx, payment, refund)
  await postReturned(ctx, issue, { amountMinor, at, step: issue.version })
}

/** The refund of an issue failed once more: somebody has to find another way. */
export async function reopenRefundIssue(ctx: Ctx, refund: RefundRow, issueId: string): Promise<void> {
  const issue = await lockIssue(ctx, issueId)
  const set = { status: 'OPEN' as const, request: null, refundId: refund.id }
  await changeIssue(ctx, issue, { step: 'REFUND_FAILED', note: refund.failureCode, set })
}

/** The refund of an issue arrived: nothing of it stands apart any more. */
export async function resolveRefundIssue(
  ctx: Ctx,
  refund: RefundRow,
  { issueId, at }: { issueId: string; at: Date },
): Promise<void> {
  const issue = await lockIssue(ctx, issueId)
  await postPaidBack(ctx, { ...issue, refundId: refund.id }, { amountMinor: refund.amountMinor, at, route: 'PROVIDER' })
  await resolveIssue(ctx, issue, { step: 'REFUNDED', resolution: issue.status === 'OPEN' ? 'SETTLED' : 'REFUNDED' })
}

async function openFor(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<IssueRow> {
  const { id: refundId, amountMinor, currency, failureCode } = refund
  const amount = { amountMinor, currency }
  const issue = await openIssue(ctx, {
    ...{ kind: 'REFUND_FAILED', key: refundKey(refundId), payment, provider: payment.provider, refundId },
    ...{ amount, expected: amount, received: null, suspenseMinor: amountMinor, note: failureCode },
  })
  await ctx.db.update(refunds).set({ issueId: issue.id }).where(eq(refunds.id, refundId))
  return issue
}
