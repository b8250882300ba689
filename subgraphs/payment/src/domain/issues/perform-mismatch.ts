import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { IssueRow } from '../../db/tables/issues.ts'
import { type PaymentRow, payments, type RefundRow } from '../../db/tables/payments.ts'
import { debitsOf } from '../ledger/ledger.ts'
import { publishRefunded } from '../refunds/apply-refund-update.ts'
import { changeRefund } from '../refunds/change-refund.ts'
import { openRefund } from '../refunds/open-refund.ts'
import { resolveIssue } from './change-issue.ts'
import type { DecidedOrder, IssueCase } from './issue-actions.ts'
import { postAcceptedRefund } from './issue-postings.ts'

/**
 * The refund takes the amount that the provider sent, and the parties bear it. When the order was to retry, the missing
 * part is refunded separately.
 */
export async function acceptRefund(
  ctx: Ctx,
  { issue, payment, refund }: IssueCase,
  order: DecidedOrder,
): Promise<IssueRow> {
  if (!payment || !refund) throw new Error(`${issue.id} has no refund`)
  const goneMinor = -issue.suspenseMinor
  const missingMinor = refund.amountMinor - goneMinor
  await postAcceptedRefund(ctx, issue, { payment, taken: { ...refund, amountMinor: goneMinor } })
  const settled = await settleAt(ctx, payment, { refund, goneMinor })
  if (order.action === 'RETRY' && missingMinor > 0) await sendRest(ctx, settled, { issue, refund, missingMinor, order })
  const resolution = order.action === 'RETRY' ? ('REFUNDED' as const) : ('ACCEPTED' as const)
  return await resolveIssue(ctx, issue, { step: order.action, note: order.note, resolution })
}

async function settleAt(
  ctx: Ctx,
  payment: PaymentRow,
  { refund, goneMinor }: { refund: RefundRow; goneMinor: number },
): Promise<PaymentRow> {
  const made = { status: 'SUCCEEDED' as const, amountMinor: goneMinor, completedAt: ctx.now(), failureCode: null }
  const changed = await changeRefund(ctx, { payment, refund }, made)
  const debited = debitsOf(payment, changed.refund)
  const counts = { ...debited, refundedMinor: payment.refundedMinor + goneMinor }
  await ctx.db.update(payments).set(counts).where(eq(payments.id, payment.id))
  const settled = { ...changed.payment, ...counts }
  await publishRefunded(ctx, settled, changed.refund)
  return settled
}

interface Rest {
  issue: IssueRow
  refund: RefundRow
  missingMinor: number
  order: DecidedOrder
}

async function sendRest(ctx: Ctx, payment: PaymentRow, { issue, refund, missingMinor, order }: Rest): Promise<void> {
  await openRefund(ctx, payment, {
    amountMinor: missingMinor,
    cause: refund.cause,
    causeId: `${refund.causeId}:${issue.id}`,
    reason: order.note,
    requestedBy: order.orderedBy,
    needsApproval: false,
  })
}
