import { isStaff } from '@tikitu/kit/auth/viewer'
import { isInTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerMemberRow, partnerMembers } from '../../db/tables/projections.ts'

/** The members of a partner who deal with its money. */
const moneyRoles: readonly PartnerMemberRow['role'][] = ['OWNER', 'MANAGER']

/** The partners whose money the caller deals with: as owner or manager. */
export async function moneyPartnersOf(ctx: Ctx): Promise<string[]> {
  if (ctx.viewer.kind !== 'user') return []
  const memberships = await membershipsOf(ctx, ctx.viewer.userId)
  return memberships.filter(({ role }) => moneyRoles.includes(role)).map(({ partnerId }) => partnerId)
}

/** In a transaction as it sees them, and on its own connection: whoever waits for a second one must not keep the first. */
async function membershipsOf(ctx: Ctx, userId: string): Promise<readonly PartnerMemberRow[]> {
  if (!isInTransaction(ctx.db)) return await ctx.load.membershipsOfUser.load(userId)
  return await ctx.db.select().from(partnerMembers).where(eq(partnerMembers.userId, userId))
}

/** Whether the caller may give money back for a partner: FINANCE, or an owner or manager of that partner. */
export async function mayRefundFor(ctx: Ctx, partnerId: string): Promise<boolean> {
  return isStaff(ctx.viewer, 'FINANCE') || (await moneyPartnersOf(ctx)).includes(partnerId)
}

/** Whether the caller may see a partner's money: staff, or an owner or manager of that partner. */
export async function maySeeMoneyOf(ctx: Ctx, partnerId: string): Promise<boolean> {
  return isStaff(ctx.viewer) || (await moneyPartnersOf(ctx)).includes(partnerId)
}
