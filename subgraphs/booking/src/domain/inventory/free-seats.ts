import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'

/** Seats of a hold: all of them, or those with these numbers. */
export interface SeatsOfHold {
  performanceId: string
  holdId: string
  numbers?: readonly number[]
}

/**
 * Frees the seats that this hold still has; seats that another buyer has claimed since stay unchanged. Locked in the order of
 * their numbers, as in every claim. Returns the numbers that became free.
 */
export async function freeSeats(ctx: Ctx, { performanceId, holdId, numbers }: SeatsOfHold): Promise<number[]> {
  const only = numbers ? JSON.stringify(numbers) : null
  const { rows } = await ctx.db.execute<{ number: number }>(sql`
    /* booking.freeSeats */
    with locked as materialized (
      select number from places
      where performance_id = ${performanceId} and hold_id = ${holdId}
        and (${only}::text is null or number in (select value::integer from json_array_elements_text(${only}::json)))
      order by number for update
    )
    update places set status = 'FREE', hold_id = null, tier_id = null, held_until = null
    from locked where places.performance_id = ${performanceId} and places.number = locked.number
    returning places.number`)
  return rows.map((row) => row.number)
}
