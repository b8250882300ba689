import { requireUser } from '@tikitu/kit/viewer'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import type { PerformanceRow } from '../db/tables/catalogue.ts'
import { PlaceLimitReached } from '../errors.ts'

/**
 * Makes sure that `count` more places keep the caller within the performance's limit. Until the transaction ends no other
 * request of the same caller passes here, so two at once cannot both take the last of the limit.
 * @throws {PlaceLimitReached}
 */
export async function reservePlaceQuota(ctx: Ctx, performance: PerformanceRow, count: number): Promise<void> {
  const { userId } = requireUser(ctx.viewer)
  await ctx.db.execute(sql`
    /* booking.reservePlaceQuota */
    select pg_advisory_xact_lock(hashtextextended(${`${performance.id}:${userId}`}, 0))`)
  const { rows } = await ctx.db.execute<{ taken: number }>(sql`
    /* booking.reservePlaceQuota */
    select count(*)::integer as taken from places join holds on holds.id = places.hold_id
    where holds.user_id = ${userId} and holds.performance_id = ${performance.id}
      and (places.status = 'SOLD' or places.held_until > ${ctx.now().toISOString()})`)
  const taken = rows[0]?.taken ?? 0
  if (taken + count > performance.maxPlacesPerPerson) throw new PlaceLimitReached(performance.maxPlacesPerPerson)
}
