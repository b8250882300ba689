import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import type { HoldRow } from '../db/tables/inventory.ts'
import { type Attempt, Raced } from './retry-raced.ts'

/** Which places a hold is to get. */
export interface Choice {
  hold: HoldRow
  wish: {
    zone: string
    /** The tier of each place. */
    tierIds: readonly string[]
    /** How many of them are for wheelchairs. */
    accessible: number
  }
}

/** The best rows are looked at first: nearly always there is room in them, and a large zone has thousands of seats. */
const nearSeats = 600

/**
 * Gives the hold neighbours in one row of the zone, in the statement that finds them. False when no row has that many free.
 * @throws {Raced} when somebody else took them at the same instant
 */
export async function chooseTogether(ctx: Ctx, choice: Choice, attempt: Attempt): Promise<boolean> {
  const near = await takeWindow(ctx, choice, { attempt, limit: nearSeats })
  const found =
    near.windows === 0 && near.open === nearSeats ? await takeWindow(ctx, choice, { attempt, limit: null }) : near
  if (found.windows > 0 && found.taken === 0) throw new Raced()
  return found.taken > 0
}

interface Taken {
  /** How many free places were looked at. */
  open: number
  /** How many windows of that many neighbours there were. */
  windows: number
  taken: number
}

/**
 * A window is a run of neighbours. The best row wins. A window that does not lie a whole number of windows from an end of its
 * free run is awkward, as it leaves single seats that nobody wants: it counts as three rows further back. Among equals chance
 * decides, or all buyers would want the same; with each attempt the choice widens. Locked in the order of the numbers, as every claim locks them.
 */
async function takeWindow(
  ctx: Ctx,
  { hold, wish }: Choice,
  { attempt, limit }: { attempt: Attempt; limit: number | null },
): Promise<Taken> {
  const count = wish.tierIds.length
  const { rows } = await ctx.db.execute<Taken & Record<string, unknown>>(sql`
    /* booking.holdBestAvailable */
    with open as materialized (
      select number, section, row, position, kind from places
      where performance_id = ${hold.performanceId} and zone = ${wish.zone} and row is not null
        and ${isFreeAt(hold.createdAt)} and ${kindsFor(wish.accessible)}
      order by row, section, position limit ${limit}
    ), runs as (
      select *, position - row_number() over (partition by section, row order by position) as run from open
    ), spans as (
      select section, row, number, position - min(position) over (partition by section, row, run) as before,
        max(position) over (partition by section, row, run) - position - ${count - 1}::integer as after,
        count(*) filter (where kind = 'ACCESSIBLE') over next as wheelchairs,
        count(*) filter (where kind = 'RESTRICTED_VIEW') over next as restricted
      from runs
      window next as (partition by section, row, run order by position rows between current row and ${sql.raw(String(count - 1))} following)
    ), fitting as (
      select *, case when before % ${count}::integer = 0 or after % ${count}::integer = 0 then 0 else 3 end as awkward
      from spans where after >= 0 and wheelchairs >= ${wish.accessible}
    ), windows as (
      select number, awkward, row_number() over (order by restricted > 0, wheelchairs, row + awkward, random()) as rank
      from fitting
    ), picked as materialized (
      select number from windows where rank <= ${1 + attempt.index * 8} order by awkward, random() limit 1
    ), locked as materialized (
      select places.number from places, picked
      where places.performance_id = ${hold.performanceId}
        and places.number between picked.number and picked.number + ${count - 1}::integer
        and ${isFreeAt(hold.createdAt)}
      order by places.number for update of places ${waiting(attempt)}
    ), taken as (${take(hold, wish.tierIds)})
    select (select count(*)::integer from open) as open, (select count(*)::integer from windows) as windows,
      (select count(*)::integer from taken) as taken`)
  return rows[0] as Taken
}

/** Takes the places of the relation `locked`, when they are as many as there are tiers. */
export function take(hold: HoldRow, tierIds: readonly string[]): SQL {
  return sql`
    update places set status = 'HELD', hold_id = ${hold.id}, held_until = ${hold.expiresAt.toISOString()},
      tier_id = ${JSON.stringify(tierIds)}::jsonb ->> chosen.index
    from (
      select number, (row_number() over (order by number))::integer - 1 as index, count(*) over () as size from locked
    ) as chosen
    where chosen.size = ${tierIds.length} and places.performance_id = ${hold.performanceId} and places.number = chosen.number
    returning places.number`
}

/** Nobody has the place, or had it until now: judged by time, as no sweeper may be late for this. */
export function isFreeAt(now: Date): SQL {
  return sql`(places.status = 'FREE' or (places.status = 'HELD' and places.held_until <= ${now.toISOString()}))`
}

/** Who needs no wheelchair place gets neither those nor the ones beside them. */
function kindsFor(accessible: number): SQL {
  return accessible > 0 ? sql`kind <> 'STANDING'` : sql`kind in ('SEAT', 'RESTRICTED_VIEW')`
}

/** Whether to wait for places that others have in their hands. */
export function waiting(attempt: Attempt): SQL {
  return attempt.isPatient ? sql.empty() : sql`skip locked`
}
