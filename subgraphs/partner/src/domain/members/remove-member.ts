import { Forbidden } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partnerMembers } from '../../db/tables/partners.ts'
import { InsufficientRole } from '../../errors.ts'
import { withdrawProposalsOf } from '../bank-accounts/withdraw-proposals.ts'
import { audit } from '../partners/audit.ts'
import { changePartner } from '../partners/change-partner.ts'
import { lockMember, requireOtherOwner } from './members.ts'
import { isAtLeast } from './roles.ts'

/**
 * Removes a member: the caller, or a member whose role is not above the caller's. Returns the id.
 * @throws {InsufficientRole | LastOwnerCannotLeave | NotFound | Forbidden | InvalidState}
 */
export async function removeMember(ctx: Ctx, memberId: string): Promise<string> {
  return await inTransaction(ctx, async (ctx) => {
    const { partner, member, target } = await lockMember(ctx, memberId, 'SCANNER')
    if (target.id !== member.id) {
      if (!isAtLeast(member.role, 'MANAGER')) throw new Forbidden(`As ${member.role} you can only remove yourself.`)
      if (!isAtLeast(member.role, target.role)) throw new InsufficientRole(member.role)
    }
    if (target.role === 'OWNER') await requireOtherOwner(ctx, target)
    await ctx.db.delete(partnerMembers).where(eq(partnerMembers.id, memberId))
    if (target.role === 'OWNER') await withdrawProposalsOf(ctx, partner, target.userId)
    await changePartner(ctx, partner.id)
    await audit(ctx, {
      action: 'removeMember',
      subjectType: 'PartnerMember',
      subjectId: memberId,
      partnerId: partner.id,
      changes: { userId: target.userId, role: target.role, left: target.id === member.id },
    })
    return memberId
  })
}
