import { InvalidInput } from '@tikitu/kit/base/errors'
import { line, validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { SeatsTaken } from '../../errors.ts'
import { recordAction } from '../catalogue/publish-changes.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'

/** Seat numbers without duplicates. */
export const seatNumbers = z
  .array(z.int().min(0, 'must not be below 0'))
  .min(1, 'must contain at least one seat')
  .max(2_000, 'must be at most 2,000')
  .refine((numbers) => new Set(numbers).size === numbers.length, 'must not contain duplicates')

const blockSeatsInput = z.object({
  performanceId: z.string(),
  seatNumbers,
  reason: line(200),
})

/**
 * Blocks free seats from sale, all of the listed or none. Seats that are already blocked get the new reason.
 * @throws {SeatsTaken | InvalidInput | NotFound | Forbidden}
 */
export async function blockSeats(ctx: Ctx, input: z.input<typeof blockSeatsInput>): Promise<PerformanceRow> {
  const { performanceId, seatNumbers: numbers, reason } = validateInput(blockSeatsInput, input)
  const performance = await requireOwnPerformance(ctx, performanceId, 'MANAGER')
  await inTransaction(ctx, async (ctx) => {
    const kept = await setBlocked(ctx, performanceId, { numbers, reason })
    const others = numbers.filter((number) => !kept.has(number))
    if (others.length > 0) throw findRefusal(performance, others)
    await recordAction(ctx, performance, { action: 'blockSeats', reason, changes: { seatNumbers: numbers } })
  })
  return performance
}

async function setBlocked(
  ctx: Ctx,
  performanceId: string,
  { numbers, reason }: { numbers: number[]; reason: string },
): Promise<Set<number>> {
  const { rows } = await ctx.db.execute<{ number: number }>(sql`
    /* booking.blockSeats */
    with locked as materialized (
      select number from places
      where performance_id = ${performanceId}
        and number in (select value::integer from json_array_elements_text(${JSON.stringify(numbers)}::json))
        and (status in ('FREE', 'HOUSE') or (status = 'HELD' and held_until <= ${ctx.now().toISOString()}))
      order by number for update
    )
    update places set status = 'HOUSE', house_reason = ${reason}, hold_id = null, tier_id = null, held_until = null
    from locked where places.performance_id = ${performanceId} and places.number = locked.number
    returning places.number`)
  return new Set(rows.map((row) => row.number))
}

function findRefusal(performance: PerformanceRow, numbers: number[]): SeatsTaken | InvalidInput {
  const unknown = numbers.filter((number) => number >= performance.capacity)
  if (unknown.length === 0) return new SeatsTaken(numbers.toSorted((a, b) => a - b))
  const message = `this performance has no seats ${unknown.join(', ')}`
  return new InvalidInput([{ field: 'seatNumbers', message }])
}
