import { sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import type { BookingRow } from '../db/tables/bookings.ts'

/**
 * Makes all places of the booking sold, or none of them. A booking that came too late still gets its places as long as
 * nobody else has a claim on them. Answers whether it has them.
 */
export async function sellPlaces(ctx: Ctx, booking: BookingRow): Promise<boolean> {
  const { rowCount } = await ctx.db.execute(sql`
    /* booking.sellPlaces */
    with locked as materialized (
      select places.number, line.tier_id from places
      join booking_lines line on line.booking_id = ${booking.id} and line.place_number = places.number
      where places.performance_id = ${booking.performanceId} and (
        places.hold_id = ${booking.holdId} or places.status = 'FREE'
        or (places.status = 'HELD' and places.held_until <= ${ctx.now().toISOString()}))
      order by places.number for update of places
    )
    update places set status = 'SOLD', hold_id = ${booking.holdId}, tier_id = locked.tier_id, held_until = null
    from locked
    where places.performance_id = ${booking.performanceId} and places.number = locked.number
      and (select count(*) from locked) = (select count(*) from booking_lines where booking_id = ${booking.id})`)
  return (rowCount ?? 0) > 0
}
