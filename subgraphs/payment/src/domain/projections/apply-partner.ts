import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partnerMembers, partners } from '../../db/tables/projections.ts'

/** Applies a partner's state and members, unless a newer version is known. */
export async function applyPartner(ctx: Ctx, partner: Payload<'partner.changed'>): Promise<void> {
  const { partnerId, version, name, status, mayBePaidOut } = partner
  const state = { version, name, status, mayBePaidOut }
  const kept = await ctx.db
    .insert(partners)
    .values({ id: partnerId, ...state })
    .onConflictDoUpdate({ target: partners.id, set: state, setWhere: sql`${partners.version} < ${version}` })
    .returning()
  if (kept.length === 0) return
  await ctx.db.delete(partnerMembers).where(eq(partnerMembers.partnerId, partnerId))
  // Nobody acts for a rejected or terminated partner.
  const acting = status === 'TERMINATED' || status === 'REJECTED' ? [] : partner.members
  const members = acting.map(({ userId, role }) => ({ partnerId, userId, role }))
  if (members.length > 0) await ctx.db.insert(partnerMembers).values(members)
}
