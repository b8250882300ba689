import { requireUser } from '@tikitu/kit/auth/viewer'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import {
  type PartnerInvitationRow,
  type PartnerMemberRow,
  partnerInvitations,
  partnerMembers,
} from '../../db/tables/partners.ts'
import { users } from '../../db/tables/users.ts'
import { AlreadyMember, InvitationForAnotherAddress, InvitationInvalid } from '../../errors.ts'
import { audit } from '../partners/audit.ts'
import { changePartner } from '../partners/change-partner.ts'
import { lockPartner, requireActiveUser } from '../partners/lock-partner.ts'
import { invitationOfToken, invitationStatusAt } from './invitations.ts'
import { isAtLeast } from './roles.ts'

/**
 * Makes the caller a member, if the verified email address of their account is the invited one: a leaked secret is
 * worthless to others. Accepting again returns the same member.
 * @throws {InvitationInvalid | InvitationForAnotherAddress | AlreadyMember | UserSuspended}
 */
export async function acceptInvitation(ctx: Ctx, token: string): Promise<PartnerMemberRow> {
  return await inTransaction(ctx, async (ctx) => {
    const userId = await requireActiveUser(ctx)
    const invitation = await lockInvitation(ctx, token)
    const before = await memberOf(ctx, { partnerId: invitation.partnerId, userId })
    if (before && before.id === invitation.id) return before
    await requireUsable(ctx, invitation)
    await requireInvited(ctx, invitation)
    if (before) throw new AlreadyMember('You are already a member of this partner.')
    const { id, partnerId, role } = invitation
    const [member] = await ctx.db
      .insert(partnerMembers)
      .values({ id, partnerId, userId, role, joinedAt: ctx.now() })
      .returning()
    await ctx.db
      .update(partnerInvitations)
      .set({ status: 'ACCEPTED', acceptedBy: userId })
      .where(eq(partnerInvitations.id, id))
    await changePartner(ctx, partnerId)
    await audit(ctx, {
      action: 'acceptInvitation',
      subjectType: 'PartnerMember',
      subjectId: id,
      partnerId,
      changes: { role, userId },
    })
    return member as PartnerMemberRow
  })
}

/** Read again under the partner's lock, which serializes changes of members. */
async function lockInvitation(ctx: Ctx, token: string): Promise<PartnerInvitationRow> {
  const found = await invitationOfToken(ctx, token)
  const partner = found && (await lockPartner(ctx, found.partnerId))
  const invitation = partner && (await invitationOfToken(ctx, token))
  if (!invitation || partner.status === 'REJECTED' || partner.status === 'TERMINATED') throw new InvitationInvalid()
  return invitation
}

/** The inviter must still have the right to invite: a removed member cannot leave a door open. */
async function requireUsable(ctx: Ctx, invitation: PartnerInvitationRow): Promise<void> {
  if (invitationStatusAt(invitation, ctx.now()) !== 'PENDING') throw new InvitationInvalid()
  const inviter = await memberOf(ctx, { partnerId: invitation.partnerId, userId: invitation.invitedBy })
  if (!inviter || !isAtLeast(inviter.role, 'MANAGER') || !isAtLeast(inviter.role, invitation.role)) {
    throw new InvitationInvalid()
  }
  const [account] = await ctx.db.select({ status: users.status }).from(users).where(eq(users.id, inviter.userId))
  if ((account?.status ?? 'ACTIVE') !== 'ACTIVE') throw new InvitationInvalid()
}

/**
 * An id token contains the verified address; for an access token the projection from the user service does. The two may
 * differ for a moment, so either suffices.
 */
async function requireInvited(ctx: Ctx, { email }: PartnerInvitationRow): Promise<void> {
  const { userId, email: tokenEmail } = requireUser(ctx.viewer)
  if (tokenEmail?.toLowerCase() === email.toLowerCase()) return
  const invited = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.isEmailVerified, true), sql`lower(${users.email}) = lower(${email})`))
  if (invited.length === 0) throw new InvitationForAnotherAddress()
}

async function memberOf(
  ctx: Ctx,
  { partnerId, userId }: { partnerId: string; userId: string },
): Promise<PartnerMemberRow | null> {
  const [member] = await ctx.db
    .select()
    .from(partnerMembers)
    .where(and(eq(partnerMembers.partnerId, partnerId), eq(partnerMembers.userId, userId)))
  return member ?? null
}
