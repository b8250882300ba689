import { isStaff } from '@tikitu/kit/auth/viewer'
import { Forbidden, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Ctx } from '../../context.ts'
import type { CancellationRequestRow } from '../../db/tables/cancellation-requests.ts'
import { SecondApproverRequired } from '../../errors.ts'
import { cancelApprovedTickets } from '../bookings/cancel-tickets.ts'
import { cancelApprovedEvent, resumeEvent } from '../catalogue/cancel-event.ts'
import { cancelApprovedPerformance, resumePerformance } from '../catalogue/cancel-performance.ts'
import { requireActiveUser } from '../on-sale.ts'
import { hasPartnerRole } from '../projections/partner-role.ts'
import { closeRequest, lockRequest } from './cancellation-request.ts'

export interface DecideCancellationInput {
  requestId: string
}

/**
 * Approves and carries out a requested cancellation. Anything cancelled in the meantime is skipped; if nothing is left, the request
 * becomes OBSOLETE. Concurrent decisions take effect once.
 * @throws {NotFound | Forbidden | SecondApproverRequired | InvalidState | TicketAlreadyUsed}
 */
export async function approveCancellation(ctx: Ctx, input: DecideCancellationInput): Promise<CancellationRequestRow> {
  return await decide(ctx, input, async (ctx, request, decidedBy) => {
    const isDone = await acts[request.kind](ctx, { ...request, decidedBy })
    return await closeRequest(ctx, request, { status: isDone ? 'APPROVED' : 'OBSOLETE', decidedBy })
  })
}

/** Rejects a request. Nothing is cancelled, and sales resume. @throws {NotFound | Forbidden | SecondApproverRequired | InvalidState} */
export async function rejectCancellation(ctx: Ctx, input: DecideCancellationInput): Promise<CancellationRequestRow> {
  return await decide(ctx, input, async (ctx, request, decidedBy) => {
    if (request.kind === 'PERFORMANCE') await resumePerformance(ctx, request)
    if (request.kind === 'EVENT') await resumeEvent(ctx, request)
    return await closeRequest(ctx, request, { status: 'REJECTED', decidedBy })
  })
}

/** Each returns whether anything was left to cancel. */
const acts = { TICKETS: cancelApprovedTickets, PERFORMANCE: cancelApprovedPerformance, EVENT: cancelApprovedEvent }

type Decision = (ctx: Ctx, request: CancellationRequestRow, decidedBy: string) => Promise<CancellationRequestRow>

async function decide(ctx: Ctx, input: DecideCancellationInput, decision: Decision): Promise<CancellationRequestRow> {
  const { userId } = await requireActiveUser(ctx)
  return await inTransaction(ctx, async (ctx) => {
    const request = await lockRequest(ctx, input.requestId)
    await requireMayDecide(ctx, request)
    if (request.status !== 'REQUESTED') throw new InvalidState('This request has already been decided.')
    if (request.requestedBy === userId) throw new SecondApproverRequired()
    return await decision(ctx, request, userId)
  })
}

/** FINANCE, or an owner or manager of the partner. To strangers the request does not exist. */
async function requireMayDecide(ctx: Ctx, { id, partnerId }: CancellationRequestRow): Promise<void> {
  if (isStaff(ctx.viewer, 'FINANCE') || (await hasPartnerRole(ctx, partnerId, 'MANAGER'))) return
  if (isStaff(ctx.viewer)) throw new Forbidden('This requires the role FINANCE.')
  throw new NotFound('cancellation request', id)
}
