import { isStaff, requireUser } from '@tikitu/kit/auth/viewer'
import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq, inArray, ne } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type CancellationRequestRow, cancellationRequests } from '../../db/tables/cancellation-requests.ts'
import { partnerMembers } from '../../db/tables/partners.ts'
import { hasPartnerRole } from '../projections/partner-role.ts'

/** Which requests. */
export interface CancellationRequestFilter {
  status?: CancellationRequestRow['status'] | null
  partnerId?: string | null
}

/** Cancellation requests, newest first: all for staff, those of their own partners for owners and managers. */
export async function listCancellationRequests(
  ctx: Ctx,
  { filter, ...args }: PageArgs & { filter?: CancellationRequestFilter | null },
): Promise<Connection<CancellationRequestRow>> {
  const page = readPage(args)
  const isVisible = isStaff(ctx.viewer) ? undefined : inArray(cancellationRequests.partnerId, await ownPartners(ctx))
  const { where, orderBy } = keyset(page, [cancellationRequests.id], 'desc')
  const rows = await ctx.db
    .select()
    .from(cancellationRequests)
    .where(
      and(
        isVisible,
        ne(cancellationRequests.status, 'DONE'),
        filter?.status ? eq(cancellationRequests.status, filter.status) : undefined,
        filter?.partnerId ? eq(cancellationRequests.partnerId, filter.partnerId) : undefined,
        where,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.id])
}

/** A request by id, if the caller can list it; null otherwise. */
export async function getCancellationRequest(ctx: Ctx, id: string): Promise<CancellationRequestRow | null> {
  const request = await ctx.load.cancellationRequest.load(id)
  if (!request || request.status === 'DONE') return null
  return isStaff(ctx.viewer) || (await hasPartnerRole(ctx, request.partnerId, 'MANAGER')) ? request : null
}

async function ownPartners(ctx: Ctx): Promise<string[]> {
  const { userId } = requireUser(ctx.viewer)
  const rows = await ctx.db
    .select({ partnerId: partnerMembers.partnerId })
    .from(partnerMembers)
    .where(and(eq(partnerMembers.userId, userId), inArray(partnerMembers.role, ['OWNER', 'MANAGER'])))
  return rows.map(({ partnerId }) => partnerId)
}
