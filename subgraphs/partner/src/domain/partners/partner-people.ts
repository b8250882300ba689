import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerRow, partnerMembers } from '../../db/tables/partners.ts'

/** The owners and managers of a partner, as the transaction sees them. */
export interface PartnerPeople {
  partnerId: string
  name: string
  memberIds: string[]
}

/** The owners and managers to notify about a partner. */
export async function peopleOf(ctx: Ctx, { id, name }: Pick<PartnerRow, 'id' | 'name'>): Promise<PartnerPeople> {
  const members = await ctx.db
    .select({ userId: partnerMembers.userId })
    .from(partnerMembers)
    .where(and(eq(partnerMembers.partnerId, id), inArray(partnerMembers.role, ['OWNER', 'MANAGER'])))
    .orderBy(asc(partnerMembers.id))
  return { partnerId: id, name, memberIds: members.map((member) => member.userId) }
}
