import { isStaff } from '@tikitu/kit/auth/viewer'
import { isInTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerMemberRow, partnerMembers } from '../../db/tables/projections.ts'

/** The roles that may see a partner's money and refund payments. */
const moneyRoles: readonly PartnerMemberRow['role'][] = ['OWNER', 'MANAGER']

/** The partners of which the caller is an owner or manager. */
export async function moneyPartnersOf(ctx: Ctx): Promise<string[]> {
  if (ctx.viewer.kind !== 'user') return []
  const memberships = await membershipsOf(ctx, ctx.viewer.userId)
  return memberships.filter(({ role }) => moneyRoles.includes(role)).map(({ partnerId }) => partnerId)
}

/** Inside a transaction on its own connection: waiting for a second one while holding the first could deadlock the pool. */
async function membershipsOf(ctx: Ctx, userId: string): Promise<readonly PartnerMemberRow[]> {
  if (!isInTransaction(ctx.db)) return await ctx.load.membershipsOfUser.load(userId)
  return await ctx.db.select().from(partnerMembers).where(eq(partnerMembers.userId, userId))
}

/** Whether the caller may refund payments of a partner: FINANCE, or an owner or manager of it. */
export async function mayRefundFor(ctx: Ctx, partnerId: string): Promise<boolean> {
  return isStaff(ctx.viewer, 'FINANCE') || (await moneyPartnersOf(ctx)).includes(partnerId)
}

/** Whether the caller may see a partner's money: staff, or an owner or manager of that partner. */
export async function maySeeMoneyOf(ctx: Ctx, partnerId: string): Promise<boolean> {
  return isStaff(ctx.viewer) || (await moneyPartnersOf(ctx)).includes(partnerId)
}
