import { InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerMemberRow, type PartnerRow, partnerMembers } from '../../db/tables/partners.ts'
import { users } from '../../db/tables/users.ts'
import { withdrawProposalsOf } from '../bank-accounts/withdraw-proposals.ts'
import { audit } from '../partners/audit.ts'
import { changePartner } from '../partners/change-partner.ts'
import { lockPartnerAs } from '../partners/lock-partner.ts'

/** Makes another member the owner and the caller a manager. @throws {NotFound | Forbidden | InvalidInput | InvalidState} */
export async function handOverOwnership(
  ctx: Ctx,
  { partnerId, memberId }: { partnerId: string; memberId: string },
): Promise<PartnerRow> {
  return await inTransaction(ctx, async (ctx) => {
    const { partner, member } = await lockPartnerAs(ctx, partnerId, 'OWNER')
    if (memberId === member.id) throw new InvalidInput([{ field: 'memberId', message: 'must be another member' }])
    const heir = await requireHeir(ctx, partnerId, memberId)
    await ctx.db.update(partnerMembers).set({ role: 'OWNER' }).where(eq(partnerMembers.id, heir.id))
    await ctx.db.update(partnerMembers).set({ role: 'MANAGER' }).where(eq(partnerMembers.id, member.id))
    await withdrawProposalsOf(ctx, partner, member.userId)
    await audit(ctx, {
      action: 'handOverOwnership',
      subjectType: 'Partner',
      subjectId: partner.id,
      partnerId,
      changes: { owner: { from: member.userId, to: heir.userId } },
    })
    return await changePartner(ctx, partnerId)
  })
}

/** A suspended owner could do nothing. */
async function requireHeir(ctx: Ctx, partnerId: string, memberId: string): Promise<PartnerMemberRow> {
  const [found] = await ctx.db
    .select({ member: partnerMembers, status: users.status })
    .from(partnerMembers)
    .leftJoin(users, eq(users.id, partnerMembers.userId))
    .where(and(eq(partnerMembers.partnerId, partnerId), eq(partnerMembers.id, memberId)))
  if (!found) throw new NotFound('member', memberId)
  if ((found.status ?? 'ACTIVE') !== 'ACTIVE')
    throw new InvalidState('The account of this member is suspended or deleted.')
  return found.member
}
