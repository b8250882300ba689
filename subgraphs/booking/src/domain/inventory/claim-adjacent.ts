import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { isForEverybody, isFreeAt } from '../on-sale.ts'
import { type ClaimResult, claimSeats } from './claim-seats.ts'
import type { Attempt } from './retry-on-contention.ts'
import { type SeatRequest, tiersInOrder, zoneOf } from './tier-counts.ts'

/** The hold to claim seats for, and the requested seats. */
export interface SeatClaim {
  hold: HoldRow
  request: SeatRequest
}

/** The result of a claim on adjacent seats. */
export interface AdjacentClaim extends ClaimResult {
  /** Number of windows of that size that were found, before other buyers took them. */
  windows: number
}

/** Only the best seats are searched first: they nearly always have room, and a large zone has thousands of seats. */
const nearSeats = 600

/** Number of the best windows to try when concurrent buyers are claiming the ones before them. */
const nearWindows = 64

/** Claims adjacent seats in one row of the zone, in the statement that finds them. */
export async function claimAdjacent(ctx: Ctx, claim: SeatClaim, attempt: Attempt): Promise<AdjacentClaim> {
  const near = await claimWindow(ctx, claim, { attempt, limit: nearSeats })
  if (near.windows > 0 || near.open < nearSeats) return near
  return await claimWindow(ctx, claim, { attempt, limit: null })
}

/** How to search, and among how many of the best seats; null for all. */
interface Search {
  attempt: Attempt
  limit: number | null
}

async function claimWindow(ctx: Ctx, claim: SeatClaim, search: Search): Promise<AdjacentClaim & { open: number }> {
  return await claimSeats<Pick<AdjacentClaim, 'windows'> & { open: number }>(ctx, claim.hold, {
    relations: sql`${bestWindow(claim, search)}, locked as (${tiersInOrder(claim.request)})`,
    report: sql`(select count(*)::integer from open) as open, (select count(*)::integer from windows) as windows`,
  })
}

/**
 * A window is a run of adjacent free seats. The best row wins, and in it the window closest to the middle. A window that is not a
 * whole number of windows away from an end of its free run is awkward, as it would leave single seats: it ranks as if three rows
 * further back. Ties are broken at random. Seats are locked in the order of their numbers, as in every claim.
 */
function bestWindow({ hold, request }: SeatClaim, { attempt, limit }: Search): SQL {
  const count = hold.seatCount
  return sql`
    zone as materialized (${zoneOf(request, hold.createdAt)}), open as materialized (
      select number, section, row, position, row_middle, kind from places
      where performance_id = (select id from allowed) and zone = (select name from zone) and row is not null
        and ${isFreeAt(hold.createdAt)} and ${kindsFor(request, hold.createdAt)}
      order by row, section, position limit ${limit}
    ), runs as (
      select *, position - row_number() over (partition by section, row order by position) as run from open
    ), spans as (
      select row, number, row_middle, 2 * position + ${count - 1}::integer as middle,
        position - min(position) over (partition by section, row, run) as before,
        max(position) over (partition by section, row, run) - position - ${count - 1}::integer as after,
        count(*) filter (where kind = 'ACCESSIBLE') over next as wheelchairs,
        count(*) filter (where kind = 'RESTRICTED_VIEW') over next as restricted
      from runs
      window next as (partition by section, row, run order by position
        rows between current row and ${count - 1}::integer following)
    ), fitting as (
      select *, case when before % ${count}::integer = 0 or after % ${count}::integer = 0 then 0 else 3 end as awkward
      from spans where after >= 0 and wheelchairs >= ${request.accessible}
    ), windows as (
      select number, awkward, row_number() over (
        order by restricted > 0, wheelchairs, row + awkward, abs(middle - coalesce(row_middle, middle)), random()
      ) as rank from fitting
    ), ${attempt.waitsForLocks ? anyOfTheBest(attempt) : bestThatNobodyTakes(hold)}, found as materialized (
      select places.number from places, picked
      where places.performance_id = ${hold.performanceId}
        and places.number between picked.number and picked.number + ${count - 1}::integer
        and ${isFreeAt(hold.createdAt)}
      order by places.number for update of places ${attempt.waitsForLocks ? sql.empty() : sql`skip locked`}
    )`
}

/**
 * Each buyer takes an advisory lock on the window it is about to claim, and concurrent buyers skip it without waiting. Held until
 * the transaction ends.
 */
function bestThatNobodyTakes({ performanceId }: HoldRow): SQL {
  return sql`
    best as materialized (select number from windows where rank <= ${nearWindows} order by rank), picked as materialized (
      select number from best where pg_try_advisory_xact_lock(hashtext(${performanceId}), number) limit 1
    )`
}

/** Locked windows may overlap or end up unclaimed, so later attempts spread the buyers at random. */
function anyOfTheBest(attempt: Attempt): SQL {
  return sql`
    picked as materialized (
      select number from windows where rank <= ${1 + attempt.index * 8} order by awkward, random() limit 1
    )`
}

/** Wheelchair and companion seats are only for those who need them, until they go on general sale. */
function kindsFor({ performanceId, accessible }: SeatRequest, now: Date): SQL {
  return accessible > 0 ? sql`kind <> 'STANDING'` : isForEverybody(performanceId, now)
}
