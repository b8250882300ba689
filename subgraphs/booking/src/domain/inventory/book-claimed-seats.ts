import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { BookingLineRow, BookingRow } from '../../db/tables/bookings.ts'
import { linesOf } from '../bookings/lock-booking.ts'
import { isFreeAt } from '../on-sale.ts'

/** Attempts when concurrent buyers take the replacement seats between reading and locking them. The job is retried later. */
const maxAttempts = 16

/**
 * Marks all seats of the booking as sold, or none of them. A late booking still gets its seats if nobody else has claimed them. A
 * general-admission seat that is gone is replaced by any free one of the same section and zone, and its line is updated. Returns
 * the lines; null when there are not enough seats.
 */
export async function bookClaimedSeats(ctx: Ctx, booking: BookingRow): Promise<BookingLineRow[] | null> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const { sold, missing } = await sellOnce(ctx, booking)
    if (sold > 0) return await linesOf(ctx, booking.id)
    if (missing > 0) return null
  }
  throw new Error(`the places of booking ${booking.id} were taken while they were chosen, again and again`)
}

interface Sale extends Record<string, unknown> {
  /** Number of seats sold: all of the booking, or 0. */
  sold: number
  /** Number of missing seats, before any were locked. */
  missing: number
}

/** Seats are locked in the order of their numbers, as in every claim. */
async function sellOnce(ctx: Ctx, booking: BookingRow): Promise<Sale> {
  const { id, performanceId, holdId } = booking
  const { rows } = await ctx.db.execute<Sale>(sql`
    /* booking.bookClaimedSeats */
    with ${linesAndSpares(ctx, booking)}, locked as materialized (
      select places.number, places.section, places.label from places
      where places.performance_id = ${performanceId} and number in (select number from own union all select number from spare)
        and (places.hold_id = ${holdId} or ${isFreeAt(ctx.now())})
      order by places.number for update of places
    ), moved as (
      select lost.line_number, lost.tier_id, extra.number, extra.label from (
        select line_number, tier_id, section, row_number() over (partition by section order by line_number) as rank
        from line where is_standing and line_number not in (select number from locked)
      ) lost join (
        select number, label, section, row_number() over (partition by section order by number) as rank
        from locked where number not in (select line_number from line)
      ) extra on extra.section = lost.section and extra.rank = lost.rank
    ), seated as materialized (
      select line_number, tier_id, line_number as number from line where line_number in (select number from locked)
      union all select line_number, tier_id, number from moved
    ), whole as (
      select from seated having count(*) = (select count(*) from line)
    ), renamed as (
      update booking_lines set place_number = moved.number, place_label = moved.label from moved, whole
      where booking_lines.booking_id = ${id} and booking_lines.place_number = moved.line_number
    ), sold as (
      update places set status = 'SOLD', hold_id = ${holdId}, tier_id = seated.tier_id, held_until = null
      from seated, whole where places.performance_id = ${performanceId} and places.number = seated.number
      returning places.number
    )
    select (select count(*)::integer from sold) as sold, (select count(*) from line)::integer
      - (select count(*) from own)::integer - (select count(*) from spare)::integer as missing`)
  return rows[0] as Sale
}

/** The lines, those of their seats that are available, and free general-admission seats to replace the rest. */
function linesAndSpares(ctx: Ctx, { id, performanceId, holdId }: BookingRow): SQL {
  const isFree = isFreeAt(ctx.now())
  return sql`
    line as materialized (
      select booking_lines.place_number as line_number, booking_lines.tier_id, places.section, places.zone,
        places.kind = 'STANDING' as is_standing, places.hold_id = ${holdId} or ${isFree} as is_there
      from booking_lines
      join places on places.performance_id = ${performanceId} and places.number = booking_lines.place_number
      where booking_lines.booking_id = ${id}
    ), own as (
      select line_number as number from line where is_there
    ), spare as materialized (
      select found.number from (
        select section, zone, count(*) as count from line where is_standing and is_there is not true group by section, zone
      ) lost, lateral (
        select places.number from places
        where places.performance_id = ${performanceId} and places.zone = lost.zone and places.section = lost.section
          and places.kind = 'STANDING' and ${isFree} and places.number not in (select line_number from line)
        order by places.number limit lost.count
      ) found
    )`
}
