import { isStaff } from '@tikitu/kit/auth/viewer'
import type { Ctx } from '../../context.ts'
import type { PartnerMemberRow } from '../../db/tables/partners.ts'

/** A user's memberships, for that user and staff; null for others. */
export async function listMemberships(ctx: Ctx, userId: string): Promise<PartnerMemberRow[] | null> {
  const isSelf = ctx.viewer.kind === 'user' && ctx.viewer.userId === userId
  return isSelf || isStaff(ctx.viewer) ? await ctx.load.membershipsOfUser.load(userId) : null
}
