import { requireUser } from '@tikitu/kit/auth/viewer'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'

/**
 * Undoes all admissions to a performance, so that its tickets can be used again. The scans stay, marked as undone. Runs in the
 * transaction that locked the performance against scans. Returns the number of tickets.
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
