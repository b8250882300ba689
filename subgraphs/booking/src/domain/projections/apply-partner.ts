import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partnerMembers, partners } from '../../db/tables/partners.ts'

/** Keeps what a partner is now, with its members, unless a newer state is known. */
export async function foldPartner(ctx: Ctx, fact: Payload<'partner.changed'>): Promise<void> {
  const { partnerId, version, name, status, maySell } = fact
  const state = { version, name, status, maySell }
  const folded = await ctx.db
    .insert(partners)
    .values({ id: partnerId, ...state })
    .onConflictDoUpdate({ target: partners.id, set: state, setWhere: sql`${partners.version} < ${version}` })
    .returning({ id: partners.id })
  if (folded.length === 0) return
  // The row above is locked until the transaction ends, so two states of one partner never mix their members.
  await ctx.db.delete(partnerMembers).where(eq(partnerMembers.partnerId, partnerId))
  // Whoever is turned down or ended has nobody who acts for it.
  const members = status === 'TERMINATED' || status === 'REJECTED' ? [] : fact.members
  if (members.length > 0) {
    await ctx.db.insert(partnerMembers).values(members.map((member) => ({ partnerId, ...member })))
  }
}
