import { type DomainError, type FieldProblem, InvalidInput } from '@tikitu/kit/base/errors'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { AccessibleSeatsReserved, SeatsTaken, SingleSeatLeft } from '../../errors.ts'
import { isForEverybody, isFreeAt, isReleasedAt, isTierOnSaleAt, tierNotOnSale } from '../on-sale.ts'
import {
  type ClaimResult,
  claimSeats,
  findLimitRefusal,
  findSaleRefusal,
  holdOnce,
  maxSeatsPerHold,
  newHold,
  type SeatSelection,
} from './claim-seats.ts'

export interface HoldSeatsInput {
  performanceId: string
  seats: readonly { seatNumber: number; tierId: string }[]
  /** Number of wheelchair users; none when absent. */
  accessible?: number
  idempotencyKey?: string | null
}

/**
 * Holds all of the listed seats for ten minutes, or none of them.
 * @throws {SeatsTaken | SingleSeatLeft | AccessibleSeatsReserved | SeatLimitReached | TooManyHolds | NotOnSale}
 * @throws {IdempotencyConflict | InvalidInput | NotFound}
 */
export async function holdSeats(ctx: Ctx, input: HoldSeatsInput): Promise<HoldRow> {
  requireUsable(input)
  return await holdOnce(ctx, { operation: 'holdSeats', input }, async (ctx) => {
    const hold = newHold(ctx, { performanceId: input.performanceId, seatCount: input.seats.length })
    const result = await claimSeats<{ facts: SeatFacts | null }>(ctx, hold, listedSeats(hold, input))
    const refusal = result.facts && refusalOf({ ...result, ...result.facts }, input)
    if (refusal) throw refusal
    return result.hold
  })
}

/** What the statement found out about the listed seats, by number, when it did not claim them. */
interface SeatFacts {
  /** Seats that do not exist, or not at that tier. */
  unknown: number[]
  /** A tier that is not on sale. */
  closedTier: { name: string; opensAt: string | null } | null
  /** Seats that are held or sold. */
  taken: number[]
  /** Seats that are reserved for wheelchair users and companions. */
  reserved: number[]
  /** Free seats that would be left single. */
  single: number[]
}

/** The refusal that the buyer can act on first. */
function refusalOf(result: ClaimResult & SeatFacts, { seats }: HoldSeatsInput): DomainError {
  const { unknown, closedTier, taken, reserved, single } = result
  const sale = findSaleRefusal(result)
  if (sale) return sale
  if (unknown.length > 0) return noSuchSeats(seats.filter((seat) => unknown.includes(seat.seatNumber)))
  if (closedTier) return tierNotOnSale(closedTier)
  const limit = findLimitRefusal(result)
  if (limit) return limit
  if (taken.length > 0) return new SeatsTaken(taken)
  return reserved.length > 0 ? new AccessibleSeatsReserved(reserved) : new SingleSeatLeft(single)
}

/**
 * The listed seats, if they are free, or their hold has expired. Locked in the order of their numbers, so that concurrent buyers
 * never deadlock: a seat that is not locked then was taken, also while this waited for its lock.
 */
function listedSeats(
  { performanceId, createdAt: now }: HoldRow,
  { seats, accessible = 0 }: HoldSeatsInput,
): SeatSelection {
  const relations = sql`
    wanted as materialized (
      select "seatNumber" as number, "tierId" as tier_id
      from json_to_recordset(${JSON.stringify(seats)}::json) as seat("seatNumber" integer, "tierId" text)
    ), listed as materialized ( /* those that exist, at a tier of their zone */
      select places.number, places.kind, ${isFreeAt(now)} as is_free, tier.id as tier_id, tier.name as tier_name,
        ${isTierOnSaleAt(now)} as is_on_sale, case when tier.closed_at is null then tier.sales_start_at end as opens_at
      from wanted
      join places on places.performance_id = ${performanceId} and places.number = wanted.number
      join price_tiers tier on tier.id = wanted.tier_id and tier.performance_id = ${performanceId} and tier.zone = places.zone
    ), reserved as materialized (${reservedSeats(performanceId, { now, accessible })}
    ), single as materialized (${singleSeats(performanceId, now)}
    ), permitted as materialized ( /* all that may be sold together, taken or not */
      select listed.number, listed.tier_id from allowed, listed
      where is_on_sale and not exists (select from reserved)
        and (allowed.allows_single_seats or not exists (select from single))
    ), locked as materialized (
      select places.number, permitted.tier_id from permitted
      join places on places.performance_id = ${performanceId} and places.number = permitted.number
      where ${isFreeAt(now)} order by places.number for update of places
    )`
  return { relations, report: facts }
}

/** `SeatFacts`; null when the seats were claimed. */
const facts: SQL = sql`case when not exists (select from claimed) then json_build_object(
  'unknown', array(select number from wanted except select number from listed order by number),
  'closedTier', (
    select json_build_object('name', tier_name, 'opensAt', case when opens_at > request.now then opens_at end)
    from request, listed where not is_on_sale limit 1),
  'taken', array(select number from listed where not is_free
    union select number from permitted where number not in (select number from locked) order by number),
  'reserved', array(select number from reserved order by number),
  'single', array(select number from single order by number)) end as facts`

/**
 * Wheelchair spaces are limited to the number of wheelchair users, and companion seats to groups with one, until they go on
 * general sale.
 */
function reservedSeats(performanceId: string, { now, accessible }: { now: Date; accessible: number }): SQL {
  return sql`
    select number from (
      select number, kind, count(*) filter (where kind = 'ACCESSIBLE') over () as wheelchairs from listed
      where kind in ('ACCESSIBLE', 'COMPANION') and not ${isReleasedAt(performanceId, now)}
    ) as kept
    where (kind = 'ACCESSIBLE' and wheelchairs > ${accessible}) or (kind = 'COMPANION' and wheelchairs = 0)`
}

/**
 * A run is a maximal row of adjacent free seats. If two or more seats of a run remain, none may be single; if only one remains,
 * that is allowed. Read without locks, so two concurrent buyers may still leave a single seat.
 */
function singleSeats(performanceId: string, now: Date): SQL {
  return sql`
    select number from (
      select number, count(*) over island as neighbours, left_over, chosen from (
        select *, position - row_number() over (partition by section, row, run order by position) as part from (
          select *, count(*) filter (where is_wanted) over same as chosen, count(*) filter (where not is_wanted) over same as left_over
          from (
            select places.number, places.section, places.row, places.position, wanted.number is not null as is_wanted,
              places.position - row_number() over (partition by places.section, places.row order by places.position) as run
            from places join (
              select distinct section, row from places join wanted on wanted.number = places.number
              where places.performance_id = ${performanceId} and places.row is not null
            ) as touched on touched.section = places.section and touched.row = places.row
            left join wanted on wanted.number = places.number
            where places.performance_id = ${performanceId} and ${isFreeAt(now)} and ${isForEverybody(performanceId, now)}
          ) as free window same as (partition by section, row, run)
        ) as counted where not is_wanted
      ) as parted window island as (partition by section, row, run, part)
    ) as judged
    where chosen > 0 and left_over > 1 and neighbours = 1`
}

function noSuchSeats(seats: HoldSeatsInput['seats']): InvalidInput {
  return new InvalidInput(
    seats.map(({ seatNumber, tierId }) => ({
      field: 'seats',
      message: `this performance has no seat ${seatNumber} at tier ${tierId.slice(0, 40)}`,
    })),
  )
}

/** @throws {InvalidInput} */
function requireUsable({ seats, accessible = 0 }: HoldSeatsInput): void {
  const problems: FieldProblem[] = []
  if (seats.length === 0) problems.push({ field: 'seats', message: 'must contain at least one seat' })
  if (seats.length > maxSeatsPerHold)
    problems.push({ field: 'seats', message: `must contain at most ${maxSeatsPerHold} seats` })
  else if (new Set(seats.map((seat) => seat.seatNumber)).size < seats.length) {
    problems.push({ field: 'seats', message: 'must not contain duplicates' })
  }
  if (!Number.isInteger(accessible) || accessible < 0 || accessible > maxSeatsPerHold) {
    problems.push({ field: 'accessible', message: `must be between 0 and ${maxSeatsPerHold}` })
  }
  if (problems.length > 0) throw new InvalidInput(problems)
}
