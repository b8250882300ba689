import type { BaseCtx } from '@tikitu/kit/context/context'
import { sweep, sweepBatch } from '@tikitu/kit/context/sweep'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, asc, gt, type SQL, sql } from 'drizzle-orm'
import { type PerformanceRow, performances } from '../../db/tables/catalogue.ts'

/**
 * Fills in the row middles of upcoming performances from an older version of the service, so that their best seats are close to the
 * middle, too. One transaction per performance. Returns the number of performances.
 */
export async function fillRowMiddles(ctx: BaseCtx): Promise<number> {
  return await sweep<Pick<PerformanceRow, 'id'>>(ctx, {
    name: 'fillRowMiddles',
    due: (after) =>
      ctx.db
        .select({ id: performances.id })
        .from(performances)
        .where(
          and(gt(performances.startsAt, ctx.now()), lacksMiddles, after ? gt(performances.id, after.id) : undefined),
        )
        .orderBy(asc(performances.id))
        .limit(sweepBatch),
    act: ({ id }) => inTransaction(ctx, (ctx) => fill(ctx, id)),
  })
}

const lacksMiddles: SQL = sql`exists (
  select from places where performance_id = ${performances.id} and row is not null and row_middle is null)`

/** Seats are locked in the order of their numbers, as in every claim. */
async function fill(ctx: BaseCtx, performanceId: string): Promise<boolean> {
  await ctx.db.execute(sql`
    /* booking.fillRowMiddles */
    with middles as (
      select section, row, min(position) + max(position) as middle from places
      where performance_id = ${performanceId} and row is not null group by section, row
    ), locked as (
      select number, section, row from places
      where performance_id = ${performanceId} and row is not null and row_middle is null order by number for update
    )
    update places set row_middle = middles.middle from locked join middles using (section, row)
    where places.performance_id = ${performanceId} and places.number = locked.number`)
  return true
}
