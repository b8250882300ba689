import { sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import type { PerformanceRow } from '../db/tables/catalogue.ts'

/**
 * The performance's status, which nobody changes until the transaction ends. Many may hold this lock at once; cancelling the
 * performance waits for them, so whatever is sold meanwhile is found by the cancellation.
 */
export async function lockPerformanceStatus(ctx: Ctx, performanceId: string): Promise<PerformanceRow['status']> {
  const { rows } = await ctx.db.execute<{ status: PerformanceRow['status'] }>(sql`
    /* booking.lockPerformanceStatus */
    select status from performances where id = ${performanceId} for share`)
  const found = rows[0]
  if (!found) throw new Error(`performance ${performanceId} is missing`)
  return found.status
}
