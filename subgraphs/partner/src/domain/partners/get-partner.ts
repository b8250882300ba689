import { isStaff } from '@tikitu/kit/auth/viewer'
import type { Ctx } from '../../context.ts'
import type { PartnerRow } from '../../db/tables/partners.ts'
import { isAtLeast, type PartnerRole } from '../members/roles.ts'
import { hasBeenVerified } from './partner-rights.ts'

/** The partner, if it is public or the caller is a member or staff; null otherwise. */
export async function getPartner(ctx: Ctx, id: string): Promise<PartnerRow | null> {
  const partner = await ctx.load.partner.load(id)
  if (!partner) return null
  return hasBeenVerified(partner.status) || (await maySeeInside(ctx, partner.id)) ? partner : null
}

/** The caller's role in a partner; null for others than members. */
export async function roleIn(ctx: Ctx, partnerId: string): Promise<PartnerRole | null> {
  return (await ctx.load.ownMembership.load(partnerId))?.role ?? null
}

/** Whether the caller is a member of at least that role, or staff. */
export async function maySeeInside(ctx: Ctx, partnerId: string, minRole: PartnerRole = 'SCANNER'): Promise<boolean> {
  if (isStaff(ctx.viewer)) return true
  const role = await roleIn(ctx, partnerId)
  return role !== null && isAtLeast(role, minRole)
}

/** The result of `read`, for members of at least that role and staff; null for others. */
export async function membersOnly<T>(
  ctx: Ctx,
  { partnerId, minRole }: { partnerId: string; minRole?: PartnerRole },
  read: () => T | Promise<T>,
): Promise<T | null> {
  return (await maySeeInside(ctx, partnerId, minRole)) ? await read() : null
}
