import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partnerMembers, partners } from '../../db/tables/partners.ts'

/** Stores the state of a partner with its members, unless a newer version is known. */
export async function applyPartner(ctx: Ctx, fact: Payload<'partner.changed'>): Promise<void> {
  const { partnerId, version, name, status, maySell: canSell } = fact
  const state = { version, name, status, canSell }
  const applied = await ctx.db
    .insert(partners)
    .values({ id: partnerId, ...state })
    .onConflictDoUpdate({ target: partners.id, set: state, setWhere: sql`${partners.version} < ${version}` })
    .returning({ id: partners.id })
  if (applied.length === 0) return
  // The row above stays locked until the transaction ends, so members of two versions never mix.
  await ctx.db.delete(partnerMembers).where(eq(partnerMembers.partnerId, partnerId))
  // Nobody may act for a rejected or terminated partner.
  const members = status === 'TERMINATED' || status === 'REJECTED' ? [] : fact.members
  if (members.length > 0) {
    await ctx.db.insert(partnerMembers).values(members.map((member) => ({ partnerId, ...member })))
  }
}
