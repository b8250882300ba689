import { type FieldProblem, InvalidInput, InvalidState } from '@tikitu/kit/base/errors'
import type { Money } from '@tikitu/kit/base/money'
import type { Ctx } from '../../context.ts'
import type { IssueRow } from '../../db/tables/issues.ts'
import { isSameMoney } from '../payments/payment-state.ts'
import { actOnIssue, type IssueInput } from './act-on-issue.ts'
import { requireIssue } from './change-issue.ts'
import { requireFinance } from './finance-role.ts'

export interface RecordManualTransferInput extends IssueInput {
  amount: Money
  reference: string
  /** `2027-03-01` */
  transferredOn: string
}

const maxReferenceLength = 140
const oldestDays = 366

/**
 * Records that the amount owed was sent by bank transfer: the customer is notified and the issue resolved. Above the
 * configured amount it needs a second person's approval.
 * @throws {NotFound | InvalidInput | InvalidState | UserSuspended}
 */
export async function recordManualTransfer(ctx: Ctx, input: RecordManualTransferInput): Promise<IssueRow> {
  requireFinance(ctx)
  const problems = problemsOf(ctx, input)
  if (problems.length > 0) throw new InvalidInput(problems)
  const issue = await requireIssue(ctx, input.issueId)
  const owed = { amountMinor: Math.max(issue.suspenseMinor, 0), currency: issue.currency }
  if (issue.status !== 'RESOLVED' && !isSameMoney(input.amount, owed)) {
    throw new InvalidState(
      `The amount owed is ${owed.amountMinor} ${owed.currency} (in the smallest unit). Record exactly that amount.`,
    )
  }
  const transfer = { reference: input.reference.trim(), sentOn: input.transferredOn }
  return await actOnIssue(ctx, input, { action: 'RECORD_TRANSFER', transfer })
}

function problemsOf(ctx: Ctx, { reference, transferredOn }: RecordManualTransferInput): FieldProblem[] {
  const days = (ctx.now().getTime() - Date.parse(`${transferredOn}T00:00:00Z`)) / 86_400_000
  const { length } = reference.trim()
  return [
    (length === 0 || length > maxReferenceLength) && {
      field: 'reference',
      message: `must have 1 to ${maxReferenceLength} characters`,
    },
    // Today's date anywhere on earth is not in the future.
    !(days > -1 && days <= oldestDays) && { field: 'transferredOn', message: 'must be a date within the past year' },
  ].filter((problem) => problem !== false)
}
