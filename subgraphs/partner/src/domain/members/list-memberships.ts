import { isStaff } from '@tikitu/kit/auth/viewer'
import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerMemberRow, partnerMembers } from '../../db/tables/partners.ts'

/** A page of a user's memberships in the order of joining, for that user and staff; null for others. */
export async function listMemberships(
  ctx: Ctx,
  userId: string,
  args: PageArgs,
): Promise<Connection<PartnerMemberRow> | null> {
  const isSelf = ctx.viewer.kind === 'user' && ctx.viewer.userId === userId
  if (!isSelf && !isStaff(ctx.viewer)) return null
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [partnerMembers.joinedAt, partnerMembers.id], 'asc')
  const rows = await ctx.db
    .select()
    .from(partnerMembers)
    .where(and(eq(partnerMembers.userId, userId), where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (member) => [member.joinedAt.toISOString(), member.id])
}
