import { inOneTrip } from '@tikitu/kit/one-trip'
import { requireUser } from '@tikitu/kit/viewer'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import type { HoldRow } from '../db/tables/inventory.ts'
import { lockPlacesOf, placeCountOf } from './place-limit.ts'
import { isOnSaleAt } from './sales-window.ts'

/** How long a new hold keeps its places. */
export const holdMinutes = 10

/** How a claim finds its places. */
export interface Choosing {
  /**
   * Relations of a `with` clause, the last of them `locked (number, tier_id)`: the places, locked. They read the relation
   * `allowed`, so that nothing is locked for somebody who may not have it.
   */
  relations: SQL
  /** Further columns of the answer. */
  report?: SQL
}

/** What became of a claim. */
export interface Claimed {
  /** How many places were taken: as many as were wanted, or none. */
  taken: number
  /** Whether the caller may have that many places now. */
  isAllowed: boolean
}

/** A hold that keeps nothing yet: it is written together with its places, or not at all. */
export function newHold(
  ctx: Ctx,
  { performanceId, placeCount }: Pick<HoldRow, 'performanceId' | 'placeCount'>,
): HoldRow {
  const now = ctx.now()
  return {
    id: ctx.newId('hld'),
    performanceId,
    userId: requireUser(ctx.viewer).userId,
    placeCount,
    status: 'ACTIVE',
    expiresAt: new Date(now.getTime() + holdMinutes * 60_000),
    createdAt: now,
    endedAt: null,
  }
}

/**
 * Takes all places of the hold or none, in one round trip: under the lock on what the caller has, one statement asks whether
 * they may have so many and whether the performance is on sale, chooses, writes the hold and gives it its places.
 */
export async function claimPlaces<Report>(
  ctx: Ctx,
  hold: HoldRow,
  { relations, report }: Choosing,
): Promise<Claimed & Report> {
  const [, answer] = await inOneTrip(ctx.db, [
    lockPlacesOf(hold),
    sql`
    /* booking.claimPlaces */
    with allowed as materialized (${allowed(hold)}), ${relations}, hold as (
      insert into holds (id, performance_id, user_id, place_count, status, expires_at, created_at)
      select ${hold.id}, ${hold.performanceId}, ${hold.userId}, ${hold.placeCount}, 'ACTIVE',
        ${hold.expiresAt.toISOString()}, ${hold.createdAt.toISOString()}
      where (select count(*) from locked) = ${hold.placeCount}
      returning id
    ), taken as (
      update places set status = 'HELD', hold_id = hold.id, tier_id = locked.tier_id,
        held_until = ${hold.expiresAt.toISOString()}
      from locked, hold where places.performance_id = ${hold.performanceId} and places.number = locked.number
      returning places.number
    )
    select (select count(*)::integer from taken) as taken, exists (select from allowed) as "isAllowed"
      ${report ? sql`, ${report}` : sql.empty()}`,
  ])
  return answer?.[0] as unknown as Claimed & Report
}

/** The performance, when it is on sale to the caller and so many more places are within their limit. */
function allowed(hold: HoldRow): SQL {
  return sql`
    select performances.id from performances
    join events on events.id = performances.event_id
    join partners on partners.id = performances.partner_id
    left join users on users.id = ${hold.userId}
    where performances.id = ${hold.performanceId} and ${isOnSaleAt(hold.createdAt)}
      and users.status is distinct from 'SUSPENDED'
      and ${placeCountOf(hold, hold.createdAt)} + ${hold.placeCount}::integer <= performances.max_places_per_person`
}
