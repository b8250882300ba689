import type { IssueAction, IssueOrder, IssueRow } from '../../db/tables/issues.ts'
import type { PaymentRow, RefundRow } from '../../db/tables/payments.ts'

/** An issue with its payment and refund. */
export interface IssueCase {
  issue: IssueRow
  payment: PaymentRow | null
  /** The refund that failed, had a wrong amount, or returns the money in question. */
  refund: RefundRow | null
}

/** An order, the person who gave it and the second person, where one was needed. */
export interface DecidedOrder extends IssueOrder {
  orderedBy: string
  approvedBy: string | null
}

/** The actions allowed on an issue in its current state. All others are refused. */
export function actionsOf(found: IssueCase): IssueAction[] {
  const { status, resolution } = found.issue
  if (status === 'RESOLVED') return resolution === 'TRANSFERRED' ? ['REVERSE_TRANSFER'] : []
  if (status === 'AWAITING_APPROVAL') return ['APPROVE', 'REJECT']
  return status === 'IN_PROGRESS' ? [] : openActions(found)
}

function openActions({ issue, payment, refund }: IssueCase): IssueAction[] {
  const isOwed = issue.suspenseMinor > 0
  if (isOwed && refund?.status === 'FAILED') {
    return refund.cause === 'STAFF' ? ['RETRY', 'RECORD_TRANSFER', 'CLOSE'] : ['RETRY', 'RECORD_TRANSFER']
  }
  switch (issue.kind) {
    case 'UNCONFIRMED_CAPTURE':
      return ['RETRY', 'REFUND']
    case 'UNMATCHED_REPORT':
      return ['RETRY', isOwed ? 'RECORD_TRANSFER' : 'CLOSE']
    case 'OUTCOME_UNKNOWN':
    case 'LEDGER_MISMATCH':
      return ['RETRY', 'CLOSE']
    case 'REFUND_MISMATCH':
      if (!isOwed) return mismatchedRefundActions(issue, payment, refund)
  }
  if (!isOwed) return ['CLOSE']
  return canAccept(issue, payment) ? ['ACCEPT', 'REFUND', 'RECORD_TRANSFER'] : ['REFUND', 'RECORD_TRANSFER']
}

/** A payment accepts one wrong amount, in its own currency. */
function canAccept(issue: IssueRow, payment: PaymentRow | null): boolean {
  const isInReview = payment?.reviewReason === 'CAPTURE_MISMATCH' && payment.capturedAt === null
  return issue.kind === 'CAPTURE_MISMATCH' && isInReview && issue.currency === payment.currency
}

function mismatchedRefundActions(issue: IssueRow, payment: PaymentRow | null, refund: RefundRow | null): IssueAction[] {
  const isComparable =
    refund?.status === 'NEEDS_REVIEW' && refund.currency === issue.currency && refund.issueId === null
  if (!isComparable || !payment) return ['CLOSE']
  const gone = -issue.suspenseMinor
  if (gone < refund.amountMinor) return ['ACCEPT', 'RETRY', 'CLOSE']
  return payment.refundReservedMinor - refund.amountMinor + gone <= payment.capturedMinor
    ? ['ACCEPT', 'CLOSE']
    : ['CLOSE']
}
