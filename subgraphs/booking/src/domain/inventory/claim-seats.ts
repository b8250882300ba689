import { requireUser } from '@tikitu/kit/auth/viewer'
import { inPipelinedTransaction } from '@tikitu/kit/postgres/pipeline'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { lastMoment } from '../catalogue/sales-deadline.ts'
import { isOnSaleAt } from '../catalogue/sales-window.ts'
import { pricesOfTiers, ratesOfPerformance } from '../catalogue/shown-prices.ts'
import { lockHolder, mayHold } from './hoarding-limit.ts'
import { seatCountOf } from './purchase-limit.ts'

/** Lifetime of a new hold. */
export const holdMinutes = 10

/** How a claim selects its seats. */
export interface SeatSelection {
  /**
   * Relations of a `with` clause, the last of them `locked (number, tier_id)`: the locked seats. They read the relation
   * `allowed`, so that nothing is locked for a caller who is refused.
   */
  relations: SQL
  /** Further columns of the result. */
  report?: SQL
}

/** The result of a claim. */
export interface ClaimResult {
  /** Number of claimed seats: all requested ones, or 0. */
  taken: number
  /** Whether the performance is on sale and the limits allow the hold. */
  isAllowed: boolean
  /** The hold as stored, when seats were claimed. It expires at the payment deadline of the performance at the latest. */
  hold: HoldRow
}

/** A new hold without seats. It is stored together with them, or not at all. */
export function newHold(ctx: Ctx, { performanceId, seatCount }: Pick<HoldRow, 'performanceId' | 'seatCount'>): HoldRow {
  const now = ctx.now()
  return {
    id: ctx.newId('hld'),
    performanceId,
    userId: requireUser(ctx.viewer).userId,
    seatCount,
    // Set by the statement that claims the seats.
    moveCount: 0,
    status: 'ACTIVE',
    expiresAt: new Date(now.getTime() + holdMinutes * 60_000),
    createdAt: now,
    endedAt: null,
    shownPrices: null,
    clientKey: ctx.clientKey ?? null,
  }
}

/**
 * Claims all seats of the hold or none, in one round trip. Under the locks on the user and their address, one statement checks the
 * limits and the sale, selects the seats, and stores the hold with them.
 */
export async function claimSeats<Report>(
  ctx: Ctx,
  hold: HoldRow,
  { relations, report }: SeatSelection,
): Promise<ClaimResult & Report> {
  const answers = await inPipelinedTransaction(ctx.db, [
    ...lockHolder(hold),
    sql`
    /* booking.claimSeats */
    with allowed as materialized (${allowed(hold)}), ${relations}, hold as (
      insert into holds (
        id, performance_id, user_id, place_count, move_count, status, expires_at, created_at, shown_prices, client_key)
      select ${hold.id}, id, ${hold.userId}, ${hold.seatCount}, move_count, 'ACTIVE',
        least(${hold.expiresAt.toISOString()}, last_moment), ${hold.createdAt.toISOString()}, rates || ${pricesOfTiers}, ${hold.clientKey}
      from allowed where (select count(*) from locked) = ${hold.seatCount}
      returning id, expires_at, shown_prices
    ), taken as (
      update places set status = 'HELD', hold_id = hold.id, tier_id = locked.tier_id,
        held_until = hold.expires_at
      from locked, hold where places.performance_id = ${hold.performanceId} and places.number = locked.number
      returning places.number
    )
    select (select count(*)::integer from taken) as taken, exists (select from allowed) as "isAllowed",
      (select json_build_object('expiresAt', expires_at, 'shownPrices', shown_prices) from hold) as hold
      ${report ? sql`, ${report}` : sql.empty()}`,
  ])
  const claimed = answers.at(-1)?.[0] as unknown as Omit<ClaimResult, 'hold'> & Report & { hold: Decided | null }
  return { ...claimed, hold: asDecided(hold, claimed.hold) }
}

/** Columns of the hold that the statement decides. */
interface Decided {
  expiresAt: string
  shownPrices: HoldRow['shownPrices']
}

function asDecided(hold: HoldRow, decided: Decided | null): HoldRow {
  return decided ? { ...hold, shownPrices: decided.shownPrices, expiresAt: new Date(decided.expiresAt) } : hold
}

/** The performance, if it is on sale to the caller and the limits allow the hold. */
function allowed(hold: HoldRow): SQL {
  return sql`
    select performances.id, performances.move_count, ${lastMoment()} as last_moment, ${ratesOfPerformance} as rates,
      performances.allows_single_seats
    from performances
    join events on events.id = performances.event_id
    join partners on partners.id = performances.partner_id
    left join users on users.id = ${hold.userId}
    where performances.id = ${hold.performanceId} and ${isOnSaleAt(hold.createdAt)}
      and users.status is distinct from 'SUSPENDED'
      and ${seatCountOf(hold, hold.createdAt)} + ${hold.seatCount}::integer <= performances.max_places_per_person
      and ${mayHold(hold)}`
}
