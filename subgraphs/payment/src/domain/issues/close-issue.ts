import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { IssueRow } from '../../db/tables/issues.ts'
import { type PaymentRow, payments, type RefundRow } from '../../db/tables/payments.ts'
import { debitsOf } from '../ledger/ledger.ts'
import { applyProviderUpdate } from '../payments/apply-provider-update.ts'
import { listAttempts } from '../payments/attempts.ts'
import { countRefunded, publishRefunded, publishRefundFailed } from '../refunds/apply-refund-update.ts'
import { changeRefund } from '../refunds/change-refund.ts'
import { lockIssue, resolveIssue } from './change-issue.ts'
import type { DecidedOrder, IssueCase } from './issue-actions.ts'
import { postPlatformLoss, postReleased, postWriteOff } from './issue-postings.ts'
import { holdBackRefund } from './refund-issue.ts'

/** Closes an issue in which nothing is owed: it did not happen, was abandoned, or the platform bears it. */
export async function closeIssue(ctx: Ctx, found: IssueCase, order: DecidedOrder): Promise<IssueRow> {
  const { issue, payment, refund } = found
  if (issue.kind === 'OUTCOME_UNKNOWN' && payment) return await closeUnknown(ctx, { issue, payment, refund }, order)
  if (issue.kind === 'REFUND_MISMATCH' && payment && refund) await bearLoss(ctx, issue, { payment, refund })
  else if (issue.suspenseMinor > 0 && payment && refund) await giveUp(ctx, issue, { payment, refund })
  if (issue.suspenseMinor < 0) await postWriteOff(ctx, issue, -issue.suspenseMinor)
  return await resolveIssue(ctx, issue, { step: 'CLOSED', note: order.note, resolution: 'CLOSED' })
}

interface RefundedPayment {
  payment: PaymentRow
  refund: RefundRow
}

/** Staff found out that it did not happen: the attempt failed, or the refund did and is still owed. */
async function closeUnknown(
  ctx: Ctx,
  { issue, payment, refund }: IssueCase & { payment: PaymentRow },
  order: DecidedOrder,
): Promise<IssueRow> {
  const closed = await resolveIssue(ctx, issue, { step: 'CLOSED', note: order.note, resolution: 'CLOSED' })
  if (!refund) {
    await failAttempts(ctx, payment)
    return closed
  }
  const change = { status: 'FAILED' as const, failureCode: 'NOT_REFUNDED', completedAt: ctx.now() }
  const { refund: failed } = await changeRefund(ctx, { payment, refund }, change)
  await publishRefundFailed(ctx, payment, failed)
  await holdBackRefund(ctx, payment, failed)
  return closed
}

/** Our own update that nothing was charged. A later capture outweighs it: see `reducePaymentState`. */
async function failAttempts(ctx: Ctx, payment: PaymentRow): Promise<void> {
  const latest = (await listAttempts(ctx, payment.id)).at(-1)
  if (!latest) return
  const amount = { amountMinor: payment.amountMinor, currency: payment.currency }
  const nothing = { kind: 'payment', outcome: 'FAILED', failureCode: 'NOT_CHARGED', actionUrl: null } as const
  await applyProviderUpdate(ctx, { ...nothing, paymentId: payment.id, attemptId: latest.id, amount, at: ctx.now() })
}

/** The platform bears the difference: for the parties the refund is as requested. */
async function bearLoss(ctx: Ctx, issue: IssueRow, { payment, refund }: RefundedPayment): Promise<void> {
  if (refund.status === 'NEEDS_REVIEW') {
    await postPlatformLoss(ctx, issue, { payment, taken: refund })
    await ctx.db.update(payments).set(debitsOf(payment, refund)).where(eq(payments.id, payment.id))
  } else if (refund.issueId !== null && refund.status !== 'SUCCEEDED') {
    await writeOffWaiting(ctx, refund.issueId)
  } else {
    return
  }
  const made = { status: 'SUCCEEDED' as const, completedAt: ctx.now(), failureCode: null }
  await changeRefund(ctx, { payment, refund }, made)
  const counted = await countRefunded(ctx, payment, refund)
  const went = {
    amountMinor: issue.receivedMinor ?? refund.amountMinor,
    currency: issue.receivedCurrency ?? refund.currency,
  }
  await publishRefunded(ctx, counted, { ...refund, ...went })
}

/** Writes off the money held for the refund, as the platform has paid in another way. */
async function writeOffWaiting(ctx: Ctx, issueId: string): Promise<void> {
  const waiting = await lockIssue(ctx, issueId)
  if (waiting.suspenseMinor === 0) return
  await postWriteOff(ctx, waiting, -waiting.suspenseMinor)
  await resolveIssue(ctx, waiting, { step: 'PAID_OTHERWISE', resolution: 'SETTLED' })
}

/** Abandons a refund that staff requested: the parties get their money back. */
async function giveUp(ctx: Ctx, issue: IssueRow, { payment, refund }: RefundedPayment): Promise<void> {
  await postReleased(ctx, issue, { payment, taken: refund })
  const released = debitsOf(payment, { ...refund, amountMinor: -refund.amountMinor })
  await ctx.db.update(payments).set(released).where(eq(payments.id, payment.id))
  await changeRefund(ctx, { payment, refund }, { status: 'REJECTED', completedAt: ctx.now() })
}
