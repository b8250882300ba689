import { sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import type { PerformanceRow } from '../db/tables/catalogue.ts'

/** What nobody changes of a performance while it is locked. */
export type LockedPerformance = Pick<PerformanceRow, 'status' | 'maxPlacesPerPerson'>

/**
 * The performance, which nobody changes until the transaction ends. Many may hold this lock at once; cancelling the
 * performance waits for them, so whatever is sold meanwhile is found by the cancellation.
 */
export async function lockPerformance(ctx: Ctx, performanceId: string): Promise<LockedPerformance> {
  const { rows } = await ctx.db.execute<LockedPerformance & Record<string, unknown>>(sql`
    /* booking.lockPerformance */
    select status, max_places_per_person as "maxPlacesPerPerson" from performances where id = ${performanceId} for share`)
  const found = rows[0]
  if (!found) throw new Error(`performance ${performanceId} is missing`)
  return found
}
