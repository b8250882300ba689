import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerInvitationRow, partnerInvitations } from '../../db/tables/partners.ts'
import { InsufficientRole } from '../../errors.ts'
import { audit } from '../partners/audit.ts'
import { lockPartnerAs } from '../partners/lock-partner.ts'
import { notFoundAs } from '../partners/not-found-as.ts'
import { invitationStatusAt } from './invitations.ts'
import { isAtLeast } from './roles.ts'

/**
 * Revokes an open invitation: its secret is no longer accepted. @throws {InsufficientRole | NotFound | Forbidden | InvalidState}
 */
export async function revokeInvitation(ctx: Ctx, invitationId: string): Promise<PartnerInvitationRow> {
  return await inTransaction(ctx, async (ctx) => {
    const { partnerId } = (await findInvitation(ctx, invitationId)) ?? { partnerId: '' }
    const { member } = await notFoundAs('invitation', invitationId, lockPartnerAs(ctx, partnerId, 'MANAGER'))
    const invitation = await findInvitation(ctx, invitationId)
    if (!invitation) throw new NotFound('invitation', invitationId)
    if (!isAtLeast(member.role, invitation.role)) throw new InsufficientRole(member.role)
    const status = invitationStatusAt(invitation, ctx.now())
    if (status !== 'PENDING') throw new InvalidState(`This invitation is no longer open. Its status is ${status}.`)
    const [revoked] = await ctx.db
      .update(partnerInvitations)
      .set({ status: 'REVOKED' })
      .where(eq(partnerInvitations.id, invitationId))
      .returning()
    await audit(ctx, {
      action: 'revokeInvitation',
      subjectType: 'PartnerInvitation',
      subjectId: invitationId,
      partnerId,
      changes: { role: invitation.role },
    })
    return revoked as PartnerInvitationRow
  })
}

async function findInvitation(ctx: Ctx, id: string): Promise<PartnerInvitationRow | null> {
  const [invitation] = await ctx.db.select().from(partnerInvitations).where(eq(partnerInvitations.id, id))
  return invitation ?? null
}
