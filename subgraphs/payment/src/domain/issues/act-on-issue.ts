import { InvalidInput, InvalidState } from '@tikitu/kit/base/errors'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { IssueAction, IssueOrder, IssueRequest, IssueRow } from '../../db/tables/issues.ts'
import { refunds } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import { SecondApproverRequired } from '../../errors.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { requireActiveUser } from '../projections/active-user.ts'
import { isAboveApprovalLimit } from '../refunds/refund-limit.ts'
import { changeIssue, lockIssue, requireIssue } from './change-issue.ts'
import { requireFinance } from './finance-role.ts'
import { actionsOf, type IssueCase } from './issue-actions.ts'
import { perform } from './perform.ts'

export interface IssueInput {
  issueId: string
  /** The reason or finding. */
  note: string
  idempotencyKey?: string | null
}

/**
 * Executes an action of staff on an issue, once per idempotency key and only if its state allows it. What moves more money
 * than one person may needs a second person's approval.
 * @throws {NotFound | InvalidInput | InvalidState | UserSuspended}
 */
export async function actOnIssue<I extends IssueInput>(
  ctx: Ctx,
  input: I,
  { action, transfer }: Pick<IssueOrder, 'action' | 'transfer'>,
): Promise<IssueRow> {
  requireFinance(ctx)
  const order = { action, note: readNote(input.note), ...(transfer ? { transfer } : {}) }
  return await idempotent(
    ctx,
    { operation: `paymentIssue.${action}`, input },
    { authorize: requireActiveFinance, load: requireIssue, act: (ctx) => executeOrder(ctx, input.issueId, order) },
  )
}

/** Approves the action that awaits a second person. @throws {NotFound | InvalidInput | InvalidState | SecondApproverRequired} */
export async function approvePaymentIssue(ctx: Ctx, input: IssueInput): Promise<IssueRow> {
  return await decide(ctx, input, 'APPROVE')
}

/**
 * Rejects the action that awaits a second person: the issue is open again.
 * @throws {NotFound | InvalidInput | InvalidState | SecondApproverRequired}
 */
export async function rejectPaymentIssue(ctx: Ctx, input: IssueInput): Promise<IssueRow> {
  return await decide(ctx, input, 'REJECT')
}

/** The caller's id. @throws {Forbidden | UserSuspended} */
async function requireActiveFinance(ctx: Ctx): Promise<string> {
  const { userId } = requireFinance(ctx)
  await requireActiveUser(ctx)
  return userId
}

async function executeOrder(ctx: Ctx, issueId: string, order: IssueOrder): Promise<IssueRow> {
  const { userId } = requireFinance(ctx)
  const found = await lockCase(ctx, issueId)
  requireAction(found, order.action)
  await audit(ctx, found.issue, order)
  if (await needsSecondPerson(ctx, found, order.action)) {
    const request = { ...order, requestedBy: userId, requestedAt: ctx.now().toISOString() }
    const set = { status: 'AWAITING_APPROVAL' as const, request, resolution: null, resolvedAt: null }
    return await changeIssue(ctx, found.issue, { step: `${order.action}_REQUESTED`, note: order.note, set })
  }
  return await perform(ctx, found, { ...order, orderedBy: userId, approvedBy: null })
}

async function decide(ctx: Ctx, input: IssueInput, action: 'APPROVE' | 'REJECT'): Promise<IssueRow> {
  requireFinance(ctx)
  const note = readNote(input.note)
  return await idempotent(
    ctx,
    { operation: `paymentIssue.${action}`, input },
    {
      authorize: requireActiveFinance,
      load: requireIssue,
      act: async (ctx, userId) => {
        const found = await lockCase(ctx, input.issueId)
        requireAction(found, action)
        const { issue } = found
        const { request } = issue
        if (!request || request.requestedBy === userId) throw new SecondApproverRequired()
        await audit(ctx, issue, { action, note })
        const before = beforeRequest(ctx, request)
        if (action === 'REJECT') return await changeIssue(ctx, issue, { step: 'REJECTED', note, set: before })
        requireAction({ ...found, issue: { ...issue, ...before } }, request.action)
        return await perform(ctx, found, { ...request, orderedBy: request.requestedBy, approvedBy: userId })
      },
    },
  )
}

/** The issue's state before the request: one whose transfer may have to be reversed was resolved. */
function beforeRequest(ctx: Ctx, { action }: IssueRequest) {
  return action === 'REVERSE_TRANSFER'
    ? { status: 'RESOLVED' as const, resolution: 'TRANSFERRED' as const, resolvedAt: ctx.now(), request: null }
    : { status: 'OPEN' as const, request: null }
}

/** The issue with its payment and refund, locked: the payment first, as every report does. */
async function lockCase(ctx: Ctx, issueId: string): Promise<IssueCase> {
  const { paymentId } = await requireIssue(ctx, issueId)
  const payment = paymentId ? await lockPayment(ctx, paymentId) : null
  const issue = await lockIssue(ctx, issueId)
  const [refund] = issue.refundId ? await ctx.db.select().from(refunds).where(eq(refunds.id, issue.refundId)) : []
  return { issue, payment, refund: refund ?? null }
}

function requireAction(found: IssueCase, action: IssueAction): void {
  const possible = actionsOf(found)
  if (possible.includes(action)) return
  const instead = possible.length > 0 ? `Allowed now: ${possible.join(', ')}.` : 'No action is possible now.'
  throw new InvalidState(`This issue does not allow ${action}. ${instead}`)
}

/** Retries move nothing that was not decided before; all other actions move the amount in question. */
async function needsSecondPerson(ctx: Ctx, { issue, payment }: IssueCase, action: IssueAction): Promise<boolean> {
  if (action === 'RETRY' && issue.kind !== 'REFUND_MISMATCH') return false
  if (action === 'CLOSE' && (issue.kind === 'OUTCOME_UNKNOWN' || issue.suspenseMinor === 0)) return false
  const differenceMinor = Math.abs((issue.receivedMinor ?? 0) - (issue.expectedMinor ?? 0))
  const amountMinor = action === 'ACCEPT' ? differenceMinor : issue.amountMinor
  return await isAboveApprovalLimit(ctx, payment?.partnerId ?? null, { amountMinor, currency: issue.currency })
}

async function audit(ctx: Ctx, issue: IssueRow, { action, note, transfer }: IssueOrder): Promise<void> {
  const { id, kind, partnerId, paymentId, refundId, amountMinor, currency } = issue
  const changes = { kind, paymentId, refundId, amountMinor, currency, ...transfer }
  const data = { action: verbs[action], subjectType: 'PaymentIssue', subjectId: id, partnerId, reason: note, changes }
  await emit(ctx, 'payment.audited', { subject: id, data })
}

const verbs: Record<IssueAction, string> = {
  ACCEPT: 'acceptPaymentDifference',
  REFUND: 'refundPaymentIssue',
  RETRY: 'retryPaymentIssue',
  RECORD_TRANSFER: 'recordManualTransfer',
  REVERSE_TRANSFER: 'reverseManualTransfer',
  CLOSE: 'closePaymentIssue',
  APPROVE: 'approvePaymentIssue',
  REJECT: 'rejectPaymentIssue',
}

/** @throws {InvalidInput} */
function readNote(note: string): string {
  const text = note.trim()
  if (text !== '' && text.length <= 500) return text
  throw new InvalidInput([{ field: 'note', message: 'must have 1 to 500 characters' }])
}
