import { requireUser } from '@tikitu/kit/auth/viewer'
import { type DomainError, NotFound } from '@tikitu/kit/base/errors'
import { type IdempotentCall, idempotent } from '@tikitu/kit/context/idempotency'
import { configuredNumber } from '@tikitu/kit/context/settings'
import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { inPipelinedTransaction } from '@tikitu/kit/postgres/pipeline'
import { configKeys, type NumberConfigKeyName } from '@tikitu/schema/config'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { type HoldingLimit, SeatLimitReached, TooManyHolds } from '../../errors.ts'
import { lastMoment, requireActiveUser, type SaleObstacle, saleObstacleAt, saleRefusalOf } from '../on-sale.ts'

/** Lifetime of a new hold. */
export const holdMinutes = 10

/** Maximum number of seats in a hold: the highest `maxSeatsPerPerson`. */
export const maxSeatsPerHold = 100

/** How long an unpaid hold counts, and the longest wait after one. */
const memoryMinutes = 60
const maxPauseSeconds = 900
/** Maximum lifetime of anything unpaid: a fully extended hold plus the time to pay. */
const maxLifetimeMinutes = 45

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

/** Creates a hold, once per idempotency key. Without a key it takes one round trip. */
export async function holdOnce(ctx: Ctx, call: IdempotentCall, act: (ctx: Ctx) => Promise<HoldRow>): Promise<HoldRow> {
  if (!call.input.idempotencyKey) return await act(ctx)
  const load = (ctx: Ctx, id: string) => requireLoaded(ctx.load.hold, id)
  return await idempotent(ctx, call, { authorize: requireActiveUser, load, act })
}

/** How a claim selects its seats. */
export interface SeatSelection {
  /**
   * Relations of a `with` clause, the last of them `locked (number, tier_id)`: the locked seats. They read `allowed`, the
   * performance, so that nothing is locked for a caller who is refused. `request` and `verdict` are there, too.
   */
  relations: SQL
  /** Further columns of the result. */
  report?: SQL
}

/** The result of a claim. */
export interface ClaimResult {
  /** Number of claimed seats: all requested ones, or 0. */
  claimed: number
  /** What the statement found out about the sale and the limits; null when there is no such performance. */
  verdict: Verdict | null
  /** The hold as stored, when seats were claimed. It expires at the payment deadline of the performance at the latest. */
  hold: HoldRow
}

/**
 * Claims all seats of the hold or none, in one round trip. Under the locks on the user and their address, one statement judges the
 * sale and the limits, selects the seats, and stores the hold with them. It returns the facts for a refusal, too.
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
    with ${requestOf(hold)}, ${saleAndLimits}, ${relations}, ${holdAndSeats(hold)}
    select (select count(*)::integer from claimed) as claimed, (select to_json(verdict) from verdict) as verdict,
      (select json_build_object('expiresAt', expires_at, 'shownPrices', shown_prices) from hold) as hold
      ${report ? sql`, ${report}` : sql.empty()}`,
  ])
  const result = answers.at(-1)?.[0] as unknown as Omit<ClaimResult, 'hold'> & Report & { hold: StoredHold | null }
  const { expiresAt, shownPrices } = result.hold ?? hold
  return { ...result, hold: { ...hold, shownPrices, expiresAt: new Date(expiresAt) } }
}

/** Columns of the hold that the statement decides. */
interface StoredHold {
  expiresAt: string
  shownPrices: HoldRow['shownPrices']
}

/** Statements that serialize holds of the same user, and of the same address for the performance. */
export function lockHolder({
  userId,
  performanceId,
  clientKey,
}: Pick<HoldRow, 'userId' | 'performanceId' | 'clientKey'>): SQL[] {
  const names = clientKey ? [userId, `${performanceId}:${clientKey}`] : [userId]
  return names.map(
    (name) => sql`
    /* booking.lockHolder */
    select pg_advisory_xact_lock(hashtextextended(${name}, 0))`,
  )
}

/** The user's number of seats, held or sold. For a statement that reads `request`. */
export const seatsOfUser: SQL = sql`(
  select count(*)::integer from places join holds on holds.id = places.hold_id
  where holds.user_id = request.user_id and holds.performance_id = request.performance_id
    and (places.status = 'SOLD' or places.held_until > request.now))`

/** Whether a hold, or its unpaid booking, has not ended. For a statement that reads `request`. */
const isOpen: SQL = sql`((holds.status = 'ACTIVE' and holds.expires_at > request.now)
  or (bookings.status = 'AWAITING_PAYMENT' and bookings.expires_at > request.now))`

/** The parameters of the statement, by name. */
function requestOf(hold: HoldRow): SQL {
  return sql`request as materialized (
    select ${hold.id} as hold_id, ${hold.performanceId} as performance_id, ${hold.userId} as user_id,
      ${hold.seatCount}::integer as seat_count, ${hold.createdAt.toISOString()}::timestamptz as now,
      ${hold.expiresAt.toISOString()}::timestamptz as expires_at, ${hold.clientKey}::text as client_key)`
}

/**
 * Judges the sale and the limits. A hold that ended unpaid counts for an hour, unless the user has paid for something since; from
 * the configured number on, each one doubles the wait.
 */
const saleAndLimits: SQL = sql`
  performance as materialized ( /* with the reason why it is not on sale */
    select performances.*, ${saleObstacleAt(sql`request.now`)} as obstacle,
      users.status is not distinct from 'SUSPENDED' as is_suspended, ${lastMoment()} as last_moment
    from request
    join performances on performances.id = request.performance_id
    join events on events.id = performances.event_id
    left join partners on partners.id = performances.partner_id
    left join users on users.id = request.user_id
  ), recent as materialized ( /* the user's holds, of any performance */
    select holds.place_count as seats, ${isOpen} as is_open,
      bookings.id is null or (bookings.confirmed_at is null and bookings.status <> 'FAILED') as is_unpaid,
      bookings.confirmed_at as paid_at,
      /* The earlier of the two, because the sweep marks expiry late. */
      coalesce(least(bookings.expires_at, bookings.ended_at), least(holds.expires_at, holds.ended_at)) as ends_at
    from request
    join holds on holds.user_id = request.user_id
      and holds.created_at > request.now - make_interval(mins => ${memoryMinutes + maxLifetimeMinutes})
    left join bookings on bookings.hold_id = holds.id
  ), open_holds as (
    select count(*) as count, coalesce(sum(seats), 0) as seats, min(ends_at) as next_end from recent where is_open
  ), unpaid_holds as (
    select count(*) as count, max(ends_at) as last_end from request, recent
    where is_unpaid and is_open is not true and ends_at > request.now - make_interval(mins => ${memoryMinutes})
      and ends_at > coalesce((select max(paid_at) from recent), '-infinity')
  ), pause as ( /* the wait after repeated unpaid holds */
    select last_end + make_interval(secs => least(${maxPauseSeconds}::float8,
      ${limit('booking.holdPauseSeconds')} * 2 ^ least(count - ${limit('booking.holdsBeforePause')}, 20)::float8)) as until
    from unpaid_holds where count >= ${limit('booking.holdsBeforePause')}
  ), at_address as (
    select coalesce(sum(holds.place_count), 0) as seats
    from request
    join holds on holds.performance_id = request.performance_id and holds.client_key = request.client_key
      and holds.created_at > request.now - make_interval(mins => ${maxLifetimeMinutes})
    left join bookings on bookings.hold_id = holds.id
    where ${isOpen}
  ), verdict as materialized ( /* the first limit that the hold would exceed */
    select performance.obstacle, performance.is_suspended as "isSuspended", performance.sales_start_at as "salesStartAt",
      performance.max_places_per_person as "maxSeats", open_holds.next_end as "nextEnd", pause.until as "pauseEnd",
      case
        when ${seatsOfUser} + request.seat_count > performance.max_places_per_person then 'SEATS_PER_PERSON'
        when pause.until > request.now then 'UNPAID_HOLDS'
        when open_holds.count >= ${limit('booking.maxOpenHolds')} then 'OPEN_HOLDS'
        when open_holds.seats + request.seat_count
          > greatest(${limit('booking.maxUnpaidPlaces')}, performance.max_places_per_person) then 'HELD_SEATS'
        when at_address.seats + request.seat_count > greatest(
          ${limit('booking.maxUnpaidPlacesPerAddress', [sql`performance.partner_id`])}, performance.max_places_per_person)
          then 'ADDRESS' end as exceeded
    from request, performance, open_holds, at_address left join pause on true
  ), allowed as materialized ( /* the performance, if nothing forbids the hold */
    select performance.* from performance, verdict
    where verdict.obstacle is null and not verdict."isSuspended" and verdict.exceeded is null
  )`

/**
 * Stores the hold with the locked seats, if they are all that were requested, and the prices that it shows. The seats are found by
 * a parameter: joined to a relation on the performance, the planner would read all seats of it.
 */
function holdAndSeats({ performanceId }: HoldRow): SQL {
  return sql`
  hold as (
    insert into holds (
      id, performance_id, user_id, place_count, move_count, status, expires_at, created_at, client_key, shown_prices)
    select hold_id, performance_id, user_id, seat_count, move_count, 'ACTIVE', least(expires_at, last_moment), now, client_key,
      jsonb_build_object('feeMinor', fee_minor, 'feeBasisPoints', fee_basis_points, 'taxBasisPoints', tax_basis_points,
        'feeTaxBasisPoints', fee_tax_basis_points, 'taxMode', tax_mode) || (
        select jsonb_build_object('tiers', jsonb_object_agg(tier.id, tier.price_minor),
          'tierTaxes', jsonb_object_agg(tier.id, tier.tax_basis_points))
        from price_tiers tier where tier.id in (select tier_id from locked))
    from request, allowed where (select count(*) from locked) = seat_count
    returning id, expires_at, shown_prices
  ), claimed as (
    update places set status = 'HELD', hold_id = hold.id, tier_id = locked.tier_id, held_until = hold.expires_at
    from locked, hold where places.performance_id = ${performanceId} and places.number = locked.number
    returning places.number
  )`
}

function limit(key: NumberConfigKeyName & `booking.${string}`, scopes: SQL[] = []): SQL {
  return configuredNumber({ key, scopes, fallback: configKeys[key].fallback })
}

/** What the statement found out about the sale to the caller and the limits. */
export interface Verdict {
  obstacle: SaleObstacle | null
  isSuspended: boolean
  salesStartAt: string
  /** The limit that the hold would exceed. */
  exceeded: HoldingLimit | 'SEATS_PER_PERSON' | null
  maxSeats: number
  /** When the user's next hold ends. */
  nextEnd: string | null
  /** When the wait after repeated unpaid holds ends. */
  pauseEnd: string | null
}

/** Why nothing of the performance is sold to the caller; null when something is. */
export function findSaleRefusal({ verdict, hold: { performanceId } }: ClaimResult): DomainError | null {
  if (!verdict) return new NotFound('performance', performanceId)
  return saleRefusalOf({ ...verdict, performanceId, salesStartAt: new Date(verdict.salesStartAt) })
}

/** Why the caller may not hold these seats, whichever they are; null when they may. */
export function findRefusal(result: ClaimResult): DomainError | null {
  return findSaleRefusal(result) ?? findLimitRefusal(result)
}

/** The refusal of a hold that would exceed a limit; null when it would not. */
export function findLimitRefusal({ verdict }: ClaimResult): DomainError | null {
  if (!verdict?.exceeded) return null
  const { exceeded, maxSeats, nextEnd, pauseEnd } = verdict
  if (exceeded === 'SEATS_PER_PERSON') return new SeatLimitReached(maxSeats)
  const retryAt = exceeded === 'UNPAID_HOLDS' ? pauseEnd : nextEnd
  return new TooManyHolds(exceeded, retryAt === null ? null : new Date(retryAt))
}
