import { NotFound } from '@tikitu/kit/base/errors'
import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq, ne } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerMemberRow, type PartnerRow, partnerMembers } from '../../db/tables/partners.ts'
import { LastOwnerCannotLeave } from '../../errors.ts'
import { lockPartnerAs, type Membership } from '../partners/lock-partner.ts'
import { notFoundAs } from '../partners/not-found-as.ts'
import type { PartnerRole } from './roles.ts'

/** A page of a partner's members, in the order in which they joined. */
export async function listMembers(
  ctx: Ctx,
  partner: PartnerRow,
  args: PageArgs,
): Promise<Connection<PartnerMemberRow>> {
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [partnerMembers.joinedAt, partnerMembers.id], 'asc')
  const rows = await ctx.db
    .select()
    .from(partnerMembers)
    .where(and(eq(partnerMembers.partnerId, partner.id), where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (member) => [member.joinedAt.toISOString(), member.id])
}

/**
 * A member, and the caller's membership in the same partner, which is locked for the transaction.
 * @throws {NotFound | Forbidden | InvalidState}
 */
export async function lockMember(
  ctx: Ctx,
  memberId: string,
  minRole: PartnerRole,
): Promise<Membership & { target: PartnerMemberRow }> {
  const found = await findMember(ctx, memberId)
  const membership = await notFoundAs('member', memberId, lockPartnerAs(ctx, found?.partnerId ?? '', minRole))
  const target = await findMember(ctx, memberId)
  if (!target) throw new NotFound('member', memberId)
  return { ...membership, target }
}

/** Requires another owner. Checked under the partner's lock. @throws {LastOwnerCannotLeave} */
export async function requireOtherOwner(ctx: Ctx, { partnerId, id }: PartnerMemberRow): Promise<void> {
  const others = await ctx.db.$count(
    partnerMembers,
    and(eq(partnerMembers.partnerId, partnerId), eq(partnerMembers.role, 'OWNER'), ne(partnerMembers.id, id)),
  )
  if (others === 0) throw new LastOwnerCannotLeave()
}

async function findMember(ctx: Ctx, id: string): Promise<PartnerMemberRow | null> {
  const [member] = await ctx.db.select().from(partnerMembers).where(eq(partnerMembers.id, id))
  return member ?? null
}
