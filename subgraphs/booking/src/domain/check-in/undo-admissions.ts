import { requireUser } from '@tikitu/kit/auth/viewer'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'

/**
 * Takes back every admission to a performance, so that each ticket admits again. The scans are kept, marked as undone. For the
 * transaction that locked the performance: no scan is judged meanwhile. Returns how many tickets admit again.
 */
export async function undoAdmissions(ctx: Ctx, performanceId: string): Promise<number> {
  const now = ctx.now().toISOString()
  await ctx.db.execute(sql`
    /* booking.undoAdmissions */
    update check_ins set undone_at = ${now}, undone_by = ${requireUser(ctx.viewer).userId}
    where performance_id = ${performanceId} and outcome in ('ADMITTED', 'LEFT') and undone_at is null`)
  const { rows } = await ctx.db.execute<{ id: string }>(sql`
    /* booking.undoAdmissions */
    with used as (
      select id from tickets where performance_id = ${performanceId} and status in ('USED', 'OUT')
      order by id for no key update
    )
    update tickets set status = 'VALID' from used where tickets.id = used.id returning tickets.id`)
  return rows.length
}
