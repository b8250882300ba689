import { InvalidInput } from '@tikitu/kit/errors'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import type { HoldRow } from '../db/tables/inventory.ts'
import { SeatsTaken } from '../errors.ts'
import { claimPlaces, newHold } from './claim-places.ts'
import { isFreeAt } from './free-at.ts'
import { holdOnce } from './hold-once.ts'
import { requirePlaceQuota } from './place-limit.ts'
import { Raced } from './retry-raced.ts'
import { requireOnSale } from './sales-window.ts'

export interface HoldSeatsInput {
  performanceId: string
  seats: readonly { number: number; tierId: string }[]
  idempotencyKey?: string | null
}

/**
 * Claims every listed place for ten minutes, or none of them.
 * @throws {SeatsTaken | PlaceLimitReached | NotOnSale | InvalidInput}
 */
export async function holdSeats(ctx: Ctx, input: HoldSeatsInput): Promise<HoldRow> {
  requireDistinct(input.seats)
  return await holdOnce(ctx, { operation: 'holdSeats', input }, async (ctx) => {
    const hold = newHold(ctx, { performanceId: input.performanceId, placeCount: input.seats.length })
    const claimed = await claimPlaces(ctx, hold, { relations: listed(hold, input.seats) })
    if (claimed.taken === 0) throw await whyNot(ctx, input)
    return claimed.hold
  })
}

/**
 * Those of the places that are free, or whose hold is over by now, and whose zone the tier is for. Locked in the order of
 * their numbers, so that two buyers lock shared seats in the same order and never deadlock.
 */
function listed(hold: HoldRow, seats: HoldSeatsInput['seats']): SQL {
  return sql`
    wanted as (${wantedSeats(seats)}), locked as materialized (
      select places.number, wanted.tier_id from allowed
      join places on places.performance_id = allowed.id
      join wanted on wanted.number = places.number
      join price_tiers tier on tier.id = wanted.tier_id and tier.performance_id = allowed.id and tier.zone = places.zone
      where ${isFreeAt(hold.createdAt)}
      order by places.number for update of places
    )`
}

function wantedSeats(seats: HoldSeatsInput['seats']): SQL {
  return sql`select number, "tierId" as tier_id
    from json_to_recordset(${JSON.stringify(seats)}::json) as seat(number integer, "tierId" text)`
}

/** The refusal, in the order in which a buyer can do something about it. */
async function whyNot(ctx: Ctx, input: HoldSeatsInput): Promise<SeatsTaken | InvalidInput | Raced> {
  const performance = await requireOnSale(ctx, input.performanceId)
  const { rows } = await ctx.db.execute<{ number: number; isFree: boolean }>(sql`
    /* booking.holdSeats */
    with wanted as (${wantedSeats(input.seats)})
    select places.number, ${isFreeAt(ctx.now())} as "isFree" from places join wanted on wanted.number = places.number
    join price_tiers tier on tier.id = wanted.tier_id and tier.performance_id = places.performance_id and tier.zone = places.zone
    where places.performance_id = ${performance.id} order by places.number`)
  const known = new Set(rows.map((row) => row.number))
  const unknown = input.seats.filter((seat) => !known.has(seat.number))
  if (unknown.length > 0) return noSuchSeats(unknown)
  await requirePlaceQuota(ctx, performance, input.seats.length)
  const taken = rows.filter((row) => !row.isFree).map((row) => row.number)
  // Nothing is in the way any more: somebody gave back, in this instant, what was.
  return taken.length > 0 ? new SeatsTaken(taken) : new Raced()
}

function noSuchSeats(seats: HoldSeatsInput['seats']): InvalidInput {
  return new InvalidInput(
    seats.map(({ number, tierId }) => ({
      field: 'seats',
      message: `there is no place ${number} at tier ${tierId} in this performance`,
    })),
  )
}

function requireDistinct(seats: HoldSeatsInput['seats']): void {
  if (seats.length === 0) throw new InvalidInput([{ field: 'seats', message: 'name at least one place' }])
  if (new Set(seats.map((seat) => seat.number)).size < seats.length) {
    throw new InvalidInput([{ field: 'seats', message: 'name each place once' }])
  }
}
