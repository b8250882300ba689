import { and, asc, eq, gt } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerInvitationRow, partnerInvitations } from '../../db/tables/partners.ts'
import { hashOfToken } from './invite-member.ts'

/** The status of an invitation at a time: an open one expires at `expiresAt`, whatever the column says. */
export function invitationStatusAt(
  invitation: PartnerInvitationRow,
  now: Date,
): PartnerInvitationRow['status'] | 'EXPIRED' {
  return invitation.status === 'PENDING' && now >= invitation.expiresAt ? 'EXPIRED' : invitation.status
}

/** The partner's open invitations, oldest first. */
export async function openInvitations(ctx: Ctx, partnerId: string): Promise<PartnerInvitationRow[]> {
  return await ctx.db
    .select()
    .from(partnerInvitations)
    .where(
      and(
        eq(partnerInvitations.partnerId, partnerId),
        eq(partnerInvitations.status, 'PENDING'),
        gt(partnerInvitations.expiresAt, ctx.now()),
      ),
    )
    .orderBy(asc(partnerInvitations.id))
}

/** The invitation of a secret; null when there is none. */
export async function invitationOfToken(ctx: Ctx, token: string): Promise<PartnerInvitationRow | null> {
  const [invitation] = await ctx.db
    .select()
    .from(partnerInvitations)
    .where(eq(partnerInvitations.tokenHash, hashOfToken(token)))
  return invitation ?? null
}
