import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { IssueRow } from '../../db/tables/issues.ts'
import { type PaymentRow, payments, type RefundRow, refunds } from '../../db/tables/payments.ts'
import { debitsOf } from '../ledger/ledger.ts'
import { changeIssue, lockIssue, resolveIssue } from './change-issue.ts'
import { postPaidBack, postReturned, postUnallocatedRefund } from './issue-postings.ts'
import { findIssue, openIssue } from './open-issue.ts'

/** The key of an issue about a failed refund. */
export const refundKey = (refundId: string): string => `refund:${refundId}`

/**
 * Holds a failed refund: it stays owed to the customer and is debited from the parties, so that no partner is paid out of
 * it. The caller's transaction has locked the payment.
 */
export async function holdBackRefund(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<IssueRow> {
  const issue = await openFor(ctx, payment, refund)
  await postUnallocatedRefund(ctx, issue, { payment, taken: refund, step: issue.version })
  await ctx.db.update(payments).set(debitsOf(payment, refund)).where(eq(payments.id, payment.id))
  return issue
}

/** Holds a refund that was completed and then returned: it is owed again. */
export async function holdBackReturned(
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

/** The refund of an issue failed again: the issue is open again for another way. */
export async function reopenRefundIssue(ctx: Ctx, refund: RefundRow, issueId: string): Promise<void> {
  const issue = await lockIssue(ctx, issueId)
  const set = { status: 'OPEN' as const, request: null, refundId: refund.id }
  await changeIssue(ctx, issue, { step: 'REFUND_FAILED', note: refund.failureCode, set })
}

/** The refund of an issue succeeded: the held money is paid, the issue resolved. */
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
