import type { Ctx } from '../../context.ts'
import type { IssueAction, IssueRow } from '../../db/tables/issues.ts'
import { changeRefund } from '../refunds/change-refund.ts'
import { enqueueSend } from '../refunds/open-refund.ts'
import { changeIssue } from './change-issue.ts'
import { closeIssue } from './close-issue.ts'
import type { DecidedOrder, IssueCase } from './issue-actions.ts'
import { acceptCapture, refundCapture } from './perform-capture.ts'
import { acceptRefund } from './perform-mismatch.ts'
import { recordTransfer, reverseTransfer } from './perform-transfer.ts'
import { retryOther } from './retry-other.ts'

type Performer = (ctx: Ctx, found: IssueCase, order: DecidedOrder) => Promise<IssueRow>

/** Executes an order on an issue that the caller's transaction has locked, with its payment. Returns the changed issue. */
export async function perform(ctx: Ctx, found: IssueCase, order: DecidedOrder): Promise<IssueRow> {
  return await performers[order.action](ctx, found, order)
}

const performers: Record<IssueAction, Performer> = {
  ACCEPT: (ctx, found, order) =>
    found.issue.kind === 'REFUND_MISMATCH' ? acceptRefund(ctx, found, order) : acceptCapture(ctx, found, order),
  REFUND: refundCapture,
  RETRY: retry,
  RECORD_TRANSFER: recordTransfer,
  REVERSE_TRANSFER: reverseTransfer,
  CLOSE: closeIssue,
  APPROVE: undecided,
  REJECT: undecided,
}

/** Sends a failed refund again under a new key: the provider would answer the old one with the failure. */
async function retry(ctx: Ctx, found: IssueCase, order: DecidedOrder): Promise<IssueRow> {
  const { issue, payment, refund } = found
  if (issue.kind === 'REFUND_MISMATCH') return await acceptRefund(ctx, found, order)
  if (refund?.status !== 'FAILED' || issue.suspenseMinor <= 0) return await retryOther(ctx, found, order)
  if (!payment) throw new Error(`${issue.id} has no payment`)
  const again = { status: 'APPROVED' as const, attempt: refund.attempt + 1, failureCode: null, completedAt: null }
  await changeRefund(ctx, { payment, refund }, again)
  await enqueueSend(ctx, refund.id)
  return await changeIssue(ctx, issue, {
    step: 'RETRY',
    note: order.note,
    set: { status: 'IN_PROGRESS', request: null },
  })
}

async function undecided(_ctx: Ctx, { issue }: IssueCase): Promise<IssueRow> {
  throw new Error(`${issue.id}: an approval or rejection cannot be performed as an action`)
}
