import { isId } from '@tikitu/kit/base/ids'
import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partnerTeams } from '../../db/tables.ts'
import { requestGroupSync } from '../account/sync-group.ts'

type PartnerChanged = Payload<'partner.changed'>

/**
 * Keeps who belongs to a partner, unless something newer is known, and has the group `partner` given to and taken from
 * those for whom it changed. Somebody whom staff put into the group by hand is left alone until their partner changes.
 */
export async function applyPartnerTeam(ctx: Ctx, fact: PartnerChanged): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const before = await lockTeam(ctx, fact.partnerId)
    if (before.version >= fact.version) return
    const isRecognised = isRecognisedPartner(fact.status)
    const memberIds = [...new Set(fact.members.map(({ userId }) => userId))].filter((id) => isId('usr', id))
    await ctx.db
      .update(partnerTeams)
      .set({ version: fact.version, isRecognised, memberIds })
      .where(eq(partnerTeams.partnerId, fact.partnerId))
    const had = new Set(before.isRecognised ? before.memberIds : [])
    const have = new Set(isRecognised ? memberIds : [])
    const changed = [...new Set([...had, ...have])].filter((userId) => had.has(userId) !== have.has(userId))
    for (const userId of changed) await requestGroupSync(ctx, { userId, group: 'partner' })
  })
}

/**
 * Whether a partner's people act as such. From the day it is verified until the end: also while it is restricted or
 * suspended, because the tickets that were sold must still be let in.
 */
export function isRecognisedPartner(status: PartnerChanged['status']): boolean {
  return status === 'VERIFIED' || status === 'RESTRICTED' || status === 'SUSPENDED'
}

/** Locked, so that two facts of one partner are taken one after the other. The row is made when it is the first. */
async function lockTeam(ctx: Ctx, partnerId: string): Promise<typeof partnerTeams.$inferSelect> {
  const [team] = await ctx.db
    .insert(partnerTeams)
    .values({ partnerId, version: 0, isRecognised: false, memberIds: [] })
    .onConflictDoUpdate({ target: partnerTeams.partnerId, set: { version: sql`${partnerTeams.version}` } })
    .returning()
  return team as typeof partnerTeams.$inferSelect
}
