import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerMemberRow, partnerMembers } from '../../db/tables/partners.ts'
import { InsufficientRole } from '../../errors.ts'
import { withdrawProposalsOf } from '../bank-accounts/withdraw-proposals.ts'
import { audit } from '../partners/audit.ts'
import { changePartner } from '../partners/change-partner.ts'
import { lockMember, requireOtherOwner } from './members.ts'
import { isAtLeast, type PartnerRole } from './roles.ts'

/**
 * Changes a member's role. Neither the old nor the new role can be above the caller's own.
 * @throws {InsufficientRole | LastOwnerCannotLeave | NotFound | Forbidden | InvalidState}
 */
export async function changeMemberRole(
  ctx: Ctx,
  { memberId, role }: { memberId: string; role: PartnerRole },
): Promise<PartnerMemberRow> {
  return await inTransaction(ctx, async (ctx) => {
    const { partner, member, target } = await lockMember(ctx, memberId, 'MANAGER')
    if (!isAtLeast(member.role, role) || !isAtLeast(member.role, target.role)) throw new InsufficientRole(member.role)
    if (target.role === role) return target
    if (target.role === 'OWNER') await requireOtherOwner(ctx, target)
    const [changed] = await ctx.db
      .update(partnerMembers)
      .set({ role })
      .where(eq(partnerMembers.id, memberId))
      .returning()
    if (target.role === 'OWNER') await withdrawProposalsOf(ctx, partner, target.userId)
    await changePartner(ctx, partner.id)
    await audit(ctx, {
      action: 'changeMemberRole',
      subjectType: 'PartnerMember',
      subjectId: memberId,
      partnerId: partner.id,
      changes: { userId: target.userId, role: { from: target.role, to: role } },
    })
    return changed as PartnerMemberRow
  })
}
