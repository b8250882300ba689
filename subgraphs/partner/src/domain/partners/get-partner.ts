import { isStaff } from '@tikitu/kit/auth/viewer'
import type { Ctx } from '../../context.ts'
import type { PartnerRow } from '../../db/tables/partners.ts'
import { isAtLeast, type PartnerRole } from '../members/roles.ts'
import { wasVerified } from './partner-rights.ts'

/** The partner, when the public may know it or the caller is a member or an admin; null otherwise. */
export async function getPartner(ctx: Ctx, id: string): Promise<PartnerRow | null> {
  const partner = await ctx.load.partner.load(id)
  if (!partner) return null
  return wasVerified(partner.status) || (await maySeeInside(ctx, partner.id)) ? partner : null
}

/** The caller's role in a partner; null for whoever is no member. */
export async function roleIn(ctx: Ctx, partnerId: string): Promise<PartnerRole | null> {
  return (await ctx.load.ownMembership.load(partnerId))?.role ?? null
}

/** Whether the caller is a member of at least that role, or an admin. */
export async function maySeeInside(ctx: Ctx, partnerId: string, minRole: PartnerRole = 'SCANNER'): Promise<boolean> {
  if (isStaff(ctx.viewer)) return true
  const role = await roleIn(ctx, partnerId)
  return role !== null && isAtLeast(role, minRole)
}

/** What `read` gives, for members of at least that role and admins; null for others. */
export async function membersOnly<T>(
  ctx: Ctx,
  { partnerId, minRole }: { partnerId: string; minRole?: PartnerRole },
  read: () => T | Promise<T>,
): Promise<T | null> {
  return (await maySeeInside(ctx, partnerId, minRole)) ? await read() : null
}
