import { listApprovers } from '@tikitu/kit/access/approvers'
import { NotFound } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type CancellationRequestRow, cancellationRequests } from '../../db/tables/cancellation-requests.ts'
import { partnerMembers } from '../../db/tables/partners.ts'
import { audit, emit } from '../../emit.ts'

/** The subject of a cancellation, its initiator and reason. */
export type CancellationDetails = Pick<
  CancellationRequestRow,
  'partnerId' | 'kind' | 'subjectId' | 'reason' | 'amounts' | 'requestedBy'
> &
  Partial<Pick<CancellationRequestRow, 'ticketIds' | 'messageToCustomer'>>

/** Records a cancellation below the limit, so that it counts towards later ones. */
export async function recordDirectCancellation(ctx: Ctx, details: CancellationDetails): Promise<void> {
  await insert(ctx, details, 'DONE')
}

/** Creates a request for approval, and notifies everybody who can approve it. */
export async function requestCancellation(
  ctx: Ctx,
  details: CancellationDetails,
  eventTitle: string,
): Promise<CancellationRequestRow> {
  const request = await insert(ctx, details, 'REQUESTED')
  const { id: requestId, partnerId, kind, requestedBy } = request
  await auditRequest(ctx, request, `request${actionOf(request)}`)
  const [[currency, amountMinor] = ['EUR', 0]] = Object.entries(request.amounts).toSorted(([, a], [, b]) => b - a)
  const approverIds = await listApprovers(ctx, partnerMembers, { partnerId, requestedBy })
  const data = { requestId, partnerId, kind, eventTitle, amount: { amountMinor, currency }, requestedBy, approverIds }
  await emit(ctx, 'booking.approvalRequested', { subject: requestId, data })
  return request
}

/** The request, locked until the transaction ends. @throws {NotFound} */
export async function lockRequest(ctx: Ctx, id: string): Promise<CancellationRequestRow> {
  const [request] = await ctx.db
    .select()
    .from(cancellationRequests)
    .where(eq(cancellationRequests.id, id))
    .for('update')
  if (!request || request.status === 'DONE') throw new NotFound('cancellation request', id)
  return request
}

/** Stores the decision, with its audit entry. */
export async function closeRequest(
  ctx: Ctx,
  request: CancellationRequestRow,
  decision: { status: 'APPROVED' | 'REJECTED' | 'OBSOLETE'; decidedBy: string },
): Promise<CancellationRequestRow> {
  const closed = { ...request, ...decision, decidedAt: ctx.now() }
  const { status, decidedBy, decidedAt } = closed
  await ctx.db
    .update(cancellationRequests)
    .set({ status, decidedBy, decidedAt })
    .where(eq(cancellationRequests.id, request.id))
  await auditRequest(ctx, closed, status === 'REJECTED' ? 'rejectCancellation' : 'approveCancellation')
  return closed
}

async function insert(
  ctx: Ctx,
  details: CancellationDetails,
  status: CancellationRequestRow['status'],
): Promise<CancellationRequestRow> {
  const [row] = await ctx.db
    .insert(cancellationRequests)
    .values({ ...details, id: ctx.newId('crq'), status, createdAt: ctx.now() })
    .returning()
  return row as CancellationRequestRow
}

async function auditRequest(ctx: Ctx, request: CancellationRequestRow, action: string): Promise<void> {
  const { id: subjectId, partnerId, reason, kind, ticketIds, amounts, status, requestedBy } = request
  const changes = { kind, of: request.subjectId, ticketIds, amounts, status, requestedBy }
  await audit(ctx, { action, subjectType: 'CancellationRequest', subjectId, partnerId, reason, changes })
}

function actionOf({ kind }: CancellationRequestRow): string {
  return { TICKETS: 'TicketCancellation', PERFORMANCE: 'PerformanceCancellation', EVENT: 'EventCancellation' }[kind]
}
