import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { isForEverybody } from './chosen-seats.ts'
import { type Claimed, claimPlaces } from './claim-seats.ts'
import { isFreeAt } from './is-free.ts'
import type { Attempt } from './retry-on-contention.ts'
import { tiersInOrder, type Wish, zoneOf } from './tier-counts.ts'

/** Which places a hold is to get. */
export interface Choice {
  hold: HoldRow
  wish: Wish
}

/** What became of a claim on neighbours. */
export interface Chosen extends Claimed {
  /** How many windows of that many neighbours there were, before others took them. */
  windows: number
}

/** The best rows are looked at first: nearly always there is room in them, and a large zone has thousands of seats. */
const nearSeats = 600

/** So many of the best windows are tried, when others are about to take those before them. */
const nearWindows = 64

/** Gives the hold neighbours in one row of the zone, in the statement that finds them. */
export async function chooseTogether(ctx: Ctx, choice: Choice, attempt: Attempt): Promise<Chosen> {
  const near = await claimWindow(ctx, choice, { attempt, limit: nearSeats })
  if (near.windows > 0 || near.open < nearSeats) return near
  return await claimWindow(ctx, choice, { attempt, limit: null })
}

/** How, and among how many of the best seats, to choose; null: among all. */
interface Search {
  attempt: Attempt
  limit: number | null
}

async function claimWindow(ctx: Ctx, choice: Choice, search: Search): Promise<Chosen & { open: number }> {
  return await claimPlaces<Pick<Chosen, 'windows'> & { open: number }>(ctx, choice.hold, {
    relations: sql`${bestWindow(choice, search)}, locked as (${tiersInOrder(choice.wish)})`,
    report: sql`(select count(*)::integer from open) as open, (select count(*)::integer from windows) as windows`,
  })
}

/**
 * A window is a run of neighbours. The best row wins, and in it what is nearest to the middle of the row. A window that does not lie a
 * whole number of windows from an end of its free run is awkward, as it leaves single seats that nobody wants: it counts as three
 * rows further back. Only among equals chance decides. Locked in the order of the numbers, as every claim locks them.
 */
function bestWindow({ hold, wish }: Choice, { attempt, limit }: Search): SQL {
  const count = hold.placeCount
  return sql`
    zone as materialized (${zoneOf(wish, hold.createdAt)}), open as materialized (
      select number, section, row, position, row_middle, kind from places
      where performance_id = (select id from allowed) and zone = (select name from zone) and row is not null
        and ${isFreeAt(hold.createdAt)} and ${kindsFor(wish, hold.createdAt)}
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
      from spans where after >= 0 and wheelchairs >= ${wish.accessible}
    ), windows as (
      select number, awkward, row_number() over (
        order by restricted > 0, wheelchairs, row + awkward, abs(middle - coalesce(row_middle, middle)), random()
      ) as rank from fitting
    ), ${attempt.isPatient ? anyOfTheBest(attempt) : bestThatNobodyTakes(hold)}, found as materialized (
      select places.number from places, picked
      where places.performance_id = ${hold.performanceId}
        and places.number between picked.number and picked.number + ${count - 1}::integer
        and ${isFreeAt(hold.createdAt)}
      order by places.number for update of places ${attempt.isPatient ? sql.empty() : sql`skip locked`}
    )`
}

/**
 * So that buyers who ask at one instant do not all want the same window, each keeps the one it is about to take, and the others pass it
 * over without waiting. Kept until the transaction ends.
 */
function bestThatNobodyTakes({ performanceId }: HoldRow): SQL {
  return sql`
    best as materialized (select number from windows where rank <= ${nearWindows} order by rank), picked as materialized (
      select number from best where pg_try_advisory_xact_lock(hashtext(${performanceId}), number) limit 1
    )`
}

/** Windows may overlap, or be kept by who does not get them in the end: after some attempts chance spreads the buyers. */
function anyOfTheBest(attempt: Attempt): SQL {
  return sql`
    picked as materialized (
      select number from windows where rank <= ${1 + attempt.index * 8} order by awkward, random() limit 1
    )`
}

/** Who needs no wheelchair place gets neither those nor the ones beside them, until the house sells them to everybody. */
function kindsFor({ performanceId, accessible }: Wish, now: Date): SQL {
  return accessible > 0 ? sql`kind <> 'STANDING'` : isForEverybody(performanceId, now)
}
