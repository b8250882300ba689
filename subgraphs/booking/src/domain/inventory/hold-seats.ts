import { type DomainError, type FieldProblem, InvalidInput } from '@tikitu/kit/base/errors'
import { inArray, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, priceTiers } from '../../db/tables/catalogue.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { AccessibleSeatsReserved, SeatsTaken, SingleSeatLeft } from '../../errors.ts'
import { requireOnSale } from '../catalogue/sales-window.ts'
import { isTierOnSaleAt } from '../catalogue/tier-sales.ts'
import { type ChosenSeats, relationsOfChoice } from './chosen-seats.ts'
import { claimSeats, newHold } from './claim-seats.ts'
import { requireNoHoarding } from './hoarding-limit.ts'
import { idempotentHold } from './idempotent-hold.ts'
import { isFreeAt } from './is-free.ts'
import { requireSeatQuota } from './purchase-limit.ts'
import { ContentionError } from './retry-on-contention.ts'
import { maxSeatsPerHold, requireTiersOnSale } from './tier-counts.ts'

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
  return await idempotentHold(ctx, { operation: 'holdSeats', input }, async (ctx) => {
    const hold = newHold(ctx, { performanceId: input.performanceId, seatCount: input.seats.length })
    const claimed = await claimSeats(ctx, hold, { relations: listed(hold, input) })
    if (claimed.taken === 0) throw await findRefusal(ctx, hold, input)
    return claimed.hold
  })
}

/**
 * The requested seats that are free, or whose hold has expired, and that match the zone of the tier. Locked in the order of
 * their numbers, so that concurrent buyers never deadlock.
 */
function listed(hold: HoldRow, input: HoldSeatsInput): SQL {
  return sql`
    wanted as materialized (${wantedSeats(input.seats)}), ${relationsOfChoice(choiceOf(hold, input))},
    locked as materialized (
      select places.number, wanted.tier_id from allowed
      join places on places.performance_id = allowed.id
      join wanted on wanted.number = places.number
      join price_tiers tier on tier.id = wanted.tier_id and tier.performance_id = allowed.id and tier.zone = places.zone
        and ${isTierOnSaleAt(hold.createdAt)}
      where ${isFreeAt(hold.createdAt)} and not exists (select from reserved)
        and (allowed.allows_single_seats or not exists (select from single))
      order by places.number for update of places
    )`
}

function choiceOf({ performanceId, createdAt }: HoldRow, { accessible = 0 }: HoldSeatsInput): ChosenSeats {
  return { performanceId, now: createdAt, accessible }
}

function wantedSeats(seats: HoldSeatsInput['seats']): SQL {
  return sql`select "seatNumber" as number, "tierId" as tier_id
    from json_to_recordset(${JSON.stringify(seats)}::json) as seat("seatNumber" integer, "tierId" text)`
}

/** The refusal that the buyer can act on first. */
async function findRefusal(ctx: Ctx, hold: HoldRow, input: HoldSeatsInput): Promise<DomainError | ContentionError> {
  const performance = await requireOnSale(ctx, input.performanceId)
  const { rows } = await ctx.db.execute<Seat>(sql`
    /* booking.holdSeats */
    with wanted as materialized (${wantedSeats(input.seats)}), ${relationsOfChoice(choiceOf(hold, input))}
    select places.number, ${isFreeAt(hold.createdAt)} as "isFree", places.number in (select number from reserved) as "isReserved",
      array(select number from single order by number) as single
    from places join wanted on wanted.number = places.number
    join price_tiers tier on tier.id = wanted.tier_id and tier.performance_id = places.performance_id and tier.zone = places.zone
    where places.performance_id = ${performance.id} order by places.number`)
  const known = new Set(rows.map((row) => row.number))
  const unknown = input.seats.filter((seat) => !known.has(seat.seatNumber))
  if (unknown.length > 0) return noSuchSeats(unknown)
  await requireOnSaleTiers(ctx, input)
  await requireSeatQuota(ctx, performance, input.seats.length)
  await requireNoHoarding(ctx, hold)
  return findSeatRefusal(rows, performance)
}

/** The current state of a chosen seat, and the single seats that the selection would leave. */
interface Seat extends Record<string, unknown> {
  number: number
  isFree: boolean
  isReserved: boolean
  single: number[]
}

function findSeatRefusal(seats: readonly Seat[], { allowsSingleSeats }: PerformanceRow): DomainError | ContentionError {
  const taken = seats.filter((seat) => !seat.isFree).map((seat) => seat.number)
  if (taken.length > 0) return new SeatsTaken(taken)
  const reserved = seats.filter((seat) => seat.isReserved).map((seat) => seat.number)
  if (reserved.length > 0) return new AccessibleSeatsReserved(reserved)
  const single = allowsSingleSeats ? [] : (seats[0]?.single ?? [])
  if (single.length > 0) return new SingleSeatLeft(single)
  // The seats were released after the claim failed, so a retry can succeed.
  return new ContentionError()
}

async function requireOnSaleTiers(ctx: Ctx, { seats }: HoldSeatsInput): Promise<void> {
  const ids = [...new Set(seats.map((seat) => seat.tierId))]
  requireTiersOnSale(await ctx.db.select().from(priceTiers).where(inArray(priceTiers.id, ids)), ctx.now())
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
