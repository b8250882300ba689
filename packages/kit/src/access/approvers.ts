import { and, eq, inArray } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { BaseCtx } from '../context/context.ts'
import { accessSubjects } from '../postgres/shared-tables.ts'

/** A service's projection of partner members. */
type PartnerMembers = PgTable & { partnerId: PgColumn; userId: PgColumn; role: PgColumn }

/**
 * The users who can approve a request on behalf of a partner: its owners and managers, and FINANCE and SUPERADMIN staff, without the
 * requester. Sorted ids.
 */
export async function listApprovers(
  ctx: BaseCtx,
  members: PartnerMembers,
  { partnerId, requestedBy }: { partnerId: string; requestedBy: string },
): Promise<string[]> {
  const ofPartner = await ctx.db
    .select({ userId: members.userId })
    .from(members as PgTable)
    .where(and(eq(members.partnerId, partnerId), inArray(members.role, ['OWNER', 'MANAGER'])))
  const ofStaff = await ctx.db
    .select({ userId: accessSubjects.userId })
    .from(accessSubjects)
    .where(
      and(inArray(accessSubjects.staffRole, ['FINANCE', 'SUPERADMIN']), eq(accessSubjects.accountStatus, 'ACTIVE')),
    )
  const all = new Set([...ofPartner, ...ofStaff].map(({ userId }) => userId as string))
  all.delete(requestedBy)
  return [...all].toSorted()
}
