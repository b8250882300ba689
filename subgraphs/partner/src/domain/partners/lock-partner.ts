import { isStaff, requireStaff, requireUser, type StaffRole } from '@tikitu/kit/auth/viewer'
import { Forbidden, InvalidState, NotFound, UserSuspended } from '@tikitu/kit/base/errors'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerMemberRow, type PartnerRow, partnerMembers, partners } from '../../db/tables/partners.ts'
import { users } from '../../db/tables/users.ts'

import { isAtLeast, type PartnerRole } from '../members/roles.ts'

/** A partner locked by the transaction, and the caller's membership. */
export interface Membership {
  partner: PartnerRow
  member: PartnerMemberRow
}

/**
 * Locks the partner for the transaction, for a member of at least that role: all changes of a partner and its members are
 * serialized. For others than members it does not exist; staff are told that they are not members.
 * @throws {NotFound | Forbidden | UserSuspended | InvalidState} the last when the partner is rejected or terminated
 */
export async function lockPartnerAs(ctx: Ctx, partnerId: string, minRole: PartnerRole): Promise<Membership> {
  await requireActiveUser(ctx)
  const partner = await lockPartner(ctx, partnerId)
  const member = partner && (await membershipOf(ctx, partnerId))
  if (!member) {
    if (partner && isStaff(ctx.viewer)) throw new Forbidden('Only members of the partner can do this.')
    throw new NotFound('partner', partnerId)
  }
  if (!isAtLeast(member.role, minRole)) {
    throw new Forbidden(`This requires the ${minRole} role in the partner. Your role is ${member.role}.`, {
      needs: minRole,
    })
  }
  if (partner.status === 'REJECTED' || partner.status === 'TERMINATED') {
    throw new InvalidState(`This partner is ${partner.status} and can no longer be changed.`)
  }
  return { partner, member }
}

/**
 * Locks the partner for the transaction, for staff with one of those roles. Members cannot decide about their own partner.
 * @throws {NotFound | Forbidden | UserSuspended}
 */
export async function lockPartnerAsStaff(
  ctx: Ctx,
  partnerId: string,
  roles: readonly StaffRole[] = ['COMPLIANCE'],
): Promise<PartnerRow> {
  requireStaff(ctx.viewer, ...roles)
  await requireActiveUser(ctx)
  const partner = await lockPartner(ctx, partnerId)
  if (!partner) throw new NotFound('partner', partnerId)
  if (await membershipOf(ctx, partnerId)) {
    throw new Forbidden('You are a member of this partner. Another member of staff must decide.')
  }
  return partner
}

/** The caller's id, unless they are suspended. @throws {Unauthenticated | UserSuspended} */
export async function requireActiveUser(ctx: Ctx): Promise<string> {
  const { userId } = requireUser(ctx.viewer)
  const [user] = await ctx.db.select({ status: users.status }).from(users).where(eq(users.id, userId))
  if (user?.status === 'SUSPENDED') throw new UserSuspended()
  return userId
}

/** A partner that the caller is a member of, as the transaction sees it. @throws {NotFound} */
export async function requireOwnPartner(ctx: Ctx, partnerId: string): Promise<PartnerRow> {
  const [partner] = await ctx.db.select().from(partners).where(eq(partners.id, partnerId))
  if (!partner || !(await membershipOf(ctx, partnerId))) throw new NotFound('partner', partnerId)
  return partner
}

/** Locks the partner for the transaction; null when there is none. */
export async function lockPartner(ctx: Ctx, partnerId: string): Promise<PartnerRow | null> {
  const [partner] = await ctx.db.select().from(partners).where(eq(partners.id, partnerId)).for('update')
  return partner ?? null
}

/** The caller's membership as the transaction sees it; null for others than members. */
export async function membershipOf(ctx: Ctx, partnerId: string): Promise<PartnerMemberRow | null> {
  const isOwn = eq(partnerMembers.userId, requireUser(ctx.viewer).userId)
  const [member] = await ctx.db
    .select()
    .from(partnerMembers)
    .where(and(eq(partnerMembers.partnerId, partnerId), isOwn))
  return member ?? null
}
