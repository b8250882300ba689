import { isInGroup } from '@tikitu/kit/viewer'
import type { Ctx } from '../context.ts'
import type { PartnerMemberRow } from '../db/tables/known.ts'

/** The members of a partner who deal with its money. */
const moneyRoles: readonly PartnerMemberRow['role'][] = ['OWNER', 'MANAGER']

/** The partners whose money the caller deals with: as owner or manager. */
export async function moneyPartnersOf(ctx: Ctx): Promise<string[]> {
  if (ctx.viewer.kind !== 'user') return []
  const memberships = await ctx.load.membershipsOfUser.load(ctx.viewer.userId)
  return memberships.filter(({ role }) => moneyRoles.includes(role)).map(({ partnerId }) => partnerId)
}

/** Whether the caller may see a partner's money: an admin, or an owner or manager of that partner. */
export async function maySeeMoneyOf(ctx: Ctx, partnerId: string): Promise<boolean> {
  return isInGroup(ctx.viewer, 'admin') || (await moneyPartnersOf(ctx)).includes(partnerId)
}
