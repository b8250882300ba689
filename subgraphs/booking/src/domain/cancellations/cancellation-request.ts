import { NotFound } from '@tikitu/kit/base/errors'
import { accessSubjects } from '@tikitu/kit/postgres/shared-tables'
import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type CancellationRequestRow, cancellationRequests } from '../../db/tables/cancellation-requests.ts'
import { partnerMembers } from '../../db/tables/partners.ts'
import { audit, emit } from '../../emit.ts'

/** What is to be cancelled, by whom and why. */
export type CancellationWish = Pick<
  CancellationRequestRow,
  'partnerId' | 'kind' | 'subjectId' | 'reason' | 'amounts' | 'requestedBy'
> &
  Partial<Pick<CancellationRequestRow, 'ticketIds' | 'messageToCustomer'>>

/** Keeps that somebody cancelled for others without a second person, so that it counts from now on. */
export async function keepDone(ctx: Ctx, wish: CancellationWish): Promise<void> {
  await insert(ctx, wish, 'DONE')
}

/** Has a cancellation wait for a second person, and tells everybody who can be that. */
export async function requestCancellation(
  ctx: Ctx,
  wish: CancellationWish,
  eventTitle: string,
): Promise<CancellationRequestRow> {
  const request = await insert(ctx, wish, 'REQUESTED')
  const { id: requestId, partnerId, kind, requestedBy } = request
  await auditRequest(ctx, request, `request${actionOf(request)}`)
  const [[currency, amountMinor] = ['EUR', 0]] = Object.entries(request.amounts).toSorted(([, a], [, b]) => b - a)
  const approverIds = await approversOf(ctx, partnerId, requestedBy)
  const data = { requestId, partnerId, kind, eventTitle, amount: { amountMinor, currency }, requestedBy, approverIds }
  await emit(ctx, 'booking.approvalRequested', { subject: requestId, data })
  return request
}

/** The request, which nobody else decides on until the transaction ends. @throws {NotFound} */
export async function lockRequest(ctx: Ctx, id: string): Promise<CancellationRequestRow> {
  const [request] = await ctx.db
    .select()
    .from(cancellationRequests)
    .where(eq(cancellationRequests.id, id))
    .for('update')
  if (!request || request.status === 'DONE') throw new NotFound('cancellation request', id)
  return request
}

/** Writes what was decided, and by whom, with its audit entry. */
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
  wish: CancellationWish,
  status: CancellationRequestRow['status'],
): Promise<CancellationRequestRow> {
  const [row] = await ctx.db
    .insert(cancellationRequests)
    .values({ ...wish, id: ctx.newId('crq'), status, createdAt: ctx.now() })
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

/** The partner's owners and managers and the staff's FINANCE and SUPERADMIN, apart from whoever asked. */
async function approversOf(ctx: Ctx, partnerId: string, requestedBy: string): Promise<string[]> {
  const members = await ctx.db
    .select({ userId: partnerMembers.userId })
    .from(partnerMembers)
    .where(and(eq(partnerMembers.partnerId, partnerId), inArray(partnerMembers.role, ['OWNER', 'MANAGER'])))
  const staff = await ctx.db
    .select({ userId: accessSubjects.userId })
    .from(accessSubjects)
    .where(
      and(inArray(accessSubjects.staffRole, ['FINANCE', 'SUPERADMIN']), eq(accessSubjects.accountStatus, 'ACTIVE')),
    )
  const all = new Set([...members, ...staff].map(({ userId }) => userId))
  all.delete(requestedBy)
  return [...all].toSorted()
}
