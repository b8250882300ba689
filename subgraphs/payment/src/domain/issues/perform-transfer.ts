import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { IssueOrder, IssueRow } from '../../db/tables/issues.ts'
import { type PaymentRow, payments, type RefundRow } from '../../db/tables/payments.ts'
import { countRefunded, publishRefunded, publishRefundFailed } from '../refunds/apply-refund-update.ts'
import { changeRefund } from '../refunds/change-refund.ts'
import { changeIssue, resolveIssue } from './change-issue.ts'
import type { DecidedOrder, IssueCase } from './issue-actions.ts'
import { postPaidBack, postReversal } from './issue-postings.ts'
import { insertRefund, isInReview, refuse } from './perform-capture.ts'

/** The held money was sent by bank transfer: it is posted, and the customer notified. */
export async function recordTransfer(ctx: Ctx, found: IssueCase, order: DecidedOrder): Promise<IssueRow> {
  const { issue, payment } = found
  const transfer = requireTransfer(order)
  const at = new Date(`${transfer.sentOn}T12:00:00Z`)
  const refund = payment ? await transferredRefund(ctx, found, order) : null
  const paid = { ...issue, refundId: refund?.id ?? null }
  await postPaidBack(ctx, paid, { amountMinor: issue.suspenseMinor, at, route: 'BANK_TRANSFER' })
  if (payment && refund) {
    await publishRefunded(ctx, await countRefunded(ctx, payment, refund), refund)
    if (isInReview(issue, payment)) await refuse(ctx, payment, { issue, refund })
  }
  const { reference: transferReference, sentOn: transferredOn } = transfer
  const set = { refundId: refund?.id ?? null, transferReference, transferredOn }
  return await resolveIssue(ctx, issue, { step: 'TRANSFERRED', note: order.note, resolution: 'TRANSFERRED', set })
}

/** Reverses the record of a transfer that was not made: the money is owed again. */
export async function reverseTransfer(
  ctx: Ctx,
  { issue, payment, refund }: IssueCase,
  order: DecidedOrder,
): Promise<IssueRow> {
  await postReversal(ctx, issue, 'BANK_TRANSFER')
  const suspenseMinor = refund?.amountMinor ?? issue.amountMinor
  if (payment && refund) await failAgain(ctx, payment, refund)
  const ended = { resolution: null, resolvedAt: null, transferReference: null, transferredOn: null }
  return await changeIssue(ctx, issue, {
    ...{ step: 'TRANSFER_REVERSED', note: order.note, occasion: 'REOPENED' },
    set: { ...ended, status: 'OPEN', request: null, suspenseMinor },
  })
}

async function failAgain(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const failureCode = 'TRANSFER_REVERSED'
  const reversed = { route: 'PROVIDER' as const, transferReference: null, transferredOn: null }
  await changeRefund(ctx, { payment, refund }, { ...reversed, status: 'FAILED', failureCode })
  if (refund.cause !== 'PAYMENT_ISSUE') {
    const refundedMinor = payment.refundedMinor - refund.amountMinor
    await ctx.db.update(payments).set({ refundedMinor }).where(eq(payments.id, payment.id))
  }
  await publishRefundFailed(ctx, payment, { ...refund, failureCode })
}

/** Completes by that transfer the refund that failed, or a new one for money that was never due. */
async function transferredRefund(
  ctx: Ctx,
  { issue, payment, refund: failed }: IssueCase,
  order: DecidedOrder,
): Promise<RefundRow> {
  const { reference, sentOn } = requireTransfer(order)
  const paid = payment as PaymentRow
  const refund = failed ?? (await insertRefund(ctx, issue, { payment: paid, order }))
  const made = await changeRefund(
    ctx,
    { payment: paid, refund },
    {
      ...{ status: 'SUCCEEDED', route: 'BANK_TRANSFER', transferReference: reference, transferredOn: sentOn },
      ...{ failureCode: null, completedAt: ctx.now(), issueId: issue.id },
    },
  )
  return made.refund
}

function requireTransfer({ transfer }: IssueOrder): NonNullable<IssueOrder['transfer']> {
  if (!transfer) throw new Error('a transfer needs a reference and a date')
  return transfer
}
