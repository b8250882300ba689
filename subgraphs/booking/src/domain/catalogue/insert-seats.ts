import type { LayoutDocument } from '@tikitu/schema/layout'
import { placesOf } from '@tikitu/schema/layout-places'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'

/** Inserts a free seat for every seat of the layout, in one statement with one parameter, however large the hall. */
export async function insertSeats(ctx: Ctx, performanceId: string, document: LayoutDocument): Promise<void> {
  await ctx.db.execute(sql`
    /* booking.createPerformance */
    insert into places (performance_id, number, section, row, position, row_middle, zone, label, kind, status)
    select ${performanceId}, number, section, row, position,
      min(position) over of_row + max(position) over of_row, zone, label, kind, 'FREE'
    from json_to_recordset(${JSON.stringify([...placesOf(document)])}::json)
      as place(number integer, section integer, row integer, position integer, zone text, label text, kind text)
    window of_row as (partition by section, row)`)
}
