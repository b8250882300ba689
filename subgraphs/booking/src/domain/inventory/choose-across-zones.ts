import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { NotEnoughSeats } from '../../errors.ts'
import { isForEverybody, isFreeAt, isTierOnSaleAt } from '../on-sale.ts'
import type { SeatClaim } from './claim-adjacent.ts'
import { claimSeats, findRefusal } from './claim-seats.ts'
import { type Attempt, ContentionError } from './retry-on-contention.ts'

/**
 * Claims adjacent seats in one row across price zones, with the requested number of seats in each zone.
 * @throws {NotEnoughSeats} when no row has such seats
 */
export async function holdAcrossZones(ctx: Ctx, claim: SeatClaim, attempt: Attempt): Promise<HoldRow> {
  const result = await claimSeats<{ windows: number; free: number }>(ctx, claim.hold, {
    relations: mixedWindow(claim, attempt),
    report: sql`(select count(*)::integer from windows) as windows, (select count(*)::integer from open) as free`,
  })
  if (result.claimed > 0) return result.hold
  throw findRefusal(result) ?? (result.windows > 0 ? new ContentionError() : new NotEnoughSeats(result.free))
}

/**
 * As for one zone, a window is a run of adjacent free seats; the best row wins, and in it the window closest to the middle. Ties are
 * broken at random, and each attempt picks among more windows.
 */
function mixedWindow({ hold, request }: SeatClaim, attempt: Attempt): SQL {
  const count = hold.seatCount
  const tiers = request.tiers.map(({ tierId, count }, place) => ({ id: tierId, wanted: count, place }))
  return sql`
    tiers as materialized (
      select tier.id, tier.zone, asked.wanted, asked.place
      from json_to_recordset(${JSON.stringify(tiers)}::json) as asked(id text, wanted integer, place integer)
      join price_tiers tier on tier.id = asked.id and tier.performance_id = (select id from allowed)
        and ${isTierOnSaleAt(hold.createdAt)}
    ), tickets as materialized (
      select id, zone, row_number() over (partition by zone order by place, n) as nth
      from tiers, generate_series(1, wanted) as n
    ), open as materialized (
      select number, section, row, position, row_middle, zone, kind from places
      where performance_id = (select id from allowed) and zone in (select zone from tiers) and row is not null
        and ${isFreeAt(hold.createdAt)} and ${isForEverybody(hold.performanceId, hold.createdAt)}
    ), runs as (
      select *, position - row_number() over (partition by section, row order by position) as run from open
    ), spans as (
      select number, row, row_middle, 2 * position + ${count - 1}::integer as middle, array_agg(zone) over next as zones,
        count(*) filter (where kind = 'RESTRICTED_VIEW') over next as restricted
      from runs
      window next as (partition by section, row, run order by position
        rows between current row and ${count - 1}::integer following)
    ), windows as (
      select number, row_number() over (order by restricted > 0, row, abs(middle - coalesce(row_middle, middle)), random()) as rank from spans
      where (select array_agg(zone order by zone) from unnest(zones) as zone)
        = (select array_agg(zone order by zone) from tickets)
    ), picked as materialized (
      select number from windows where rank <= ${1 + attempt.index * 8} order by random() limit 1
    ), found as materialized (
      select places.number, places.zone from places, picked
      where places.performance_id = ${hold.performanceId}
        and places.number between picked.number and picked.number + ${count - 1}::integer
        and ${isFreeAt(hold.createdAt)}
      order by places.number for update of places ${attempt.waitsForLocks ? sql.empty() : sql`skip locked`}
    ), locked as (
      select seats.number, tickets.id as tier_id
      from (select number, zone, row_number() over (partition by zone order by number) as nth from found) as seats
      join tickets using (zone, nth)
    )`
}
