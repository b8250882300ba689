import { addJob } from '@tikitu/kit/messaging/jobs'
import type { Ctx } from '../../context.ts'
import type { IssueRow } from '../../db/tables/issues.ts'
import { checkLedgerTask } from '../ledger/ledger-snapshots.ts'
import { reconcileTask } from '../payments/reconcile-payment.ts'
import { publishCapture } from '../payments/record-capture.ts'
import { sendRefundTask } from '../refunds/open-refund.ts'
import { deferredTask } from '../webhooks/handle-webhook.ts'
import { changeIssue } from './change-issue.ts'
import type { DecidedOrder, IssueCase } from './issue-actions.ts'

/**
 * Tries again: asks the provider for the outcome, tells booking of the payment again, or looks again for what was unknown.
 */
export async function retryOther(
  ctx: Ctx,
  { issue, payment, refund }: IssueCase,
  order: DecidedOrder,
): Promise<IssueRow> {
  if (issue.kind === 'UNCONFIRMED_CAPTURE' && payment) await publishCapture(ctx, payment)
  if (issue.kind === 'UNMATCHED_REPORT') {
    const payload = { provider: issue.provider, eventId: issue.webhookId }
    await addJob(ctx, { task: deferredTask, payload, key: `retry:${issue.id}` })
  }
  if (issue.kind === 'LEDGER_MISMATCH') await addJob(ctx, { task: checkLedgerTask, payload: {}, key: checkLedgerTask })
  if (issue.kind === 'OUTCOME_UNKNOWN' && refund) {
    await addJob(ctx, {
      task: sendRefundTask,
      payload: { refundId: refund.id },
      key: `retry:${issue.id}`,
      maxAttempts: 1,
    })
  }
  if (issue.kind === 'OUTCOME_UNKNOWN' && payment && !refund) {
    await addJob(ctx, {
      task: reconcileTask,
      payload: { paymentId: payment.id },
      key: `retry:${issue.id}`,
      maxAttempts: 1,
    })
  }
  return await changeIssue(ctx, issue, { step: 'RETRY', note: order.note, set: {} })
}
