import { validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { recordAction } from '../catalogue/publish-changes.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { seatNumbers } from './block-seats.ts'

const unblockSeatsInput = z.object({ performanceId: z.string(), seatNumbers })

/** Puts blocked seats back on sale. Others stay unchanged. @throws {InvalidInput | NotFound | Forbidden} */
export async function unblockSeats(ctx: Ctx, input: z.input<typeof unblockSeatsInput>): Promise<PerformanceRow> {
  const { performanceId, seatNumbers: numbers } = validateInput(unblockSeatsInput, input)
  const performance = await requireOwnPerformance(ctx, performanceId, 'MANAGER')
  await inTransaction(ctx, async (ctx) => {
    const { rows } = await ctx.db.execute<{ number: number }>(sql`
      /* booking.unblockSeats */
      with locked as materialized (
        select number from places
        where performance_id = ${performanceId} and status = 'HOUSE'
          and number in (select value::integer from json_array_elements_text(${JSON.stringify(numbers)}::json))
        order by number for update
      )
      update places set status = 'FREE', house_reason = null
      from locked where places.performance_id = ${performanceId} and places.number = locked.number
      returning places.number`)
    if (rows.length === 0) return
    await recordAction(ctx, performance, {
      action: 'unblockSeats',
      changes: { seatNumbers: rows.map((row) => row.number).toSorted((a, b) => a - b) },
    })
  })
  return performance
}
