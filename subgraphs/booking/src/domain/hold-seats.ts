import { InvalidInput } from '@tikitu/kit/errors'
import { idempotent } from '@tikitu/kit/idempotency'
import { requireUser } from '@tikitu/kit/viewer'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type HoldRow, holds } from '../db/tables/inventory.ts'
import { SeatsTaken } from '../errors.ts'
import { requireHold } from './get-hold.ts'
import { reservePlaceQuota } from './place-limit.ts'
import { requireOnSale } from './sales-window.ts'

export interface HoldSeatsInput {
  performanceId: string
  seats: readonly { number: number; tierId: string }[]
  idempotencyKey?: string | null
}

/** How long a new hold keeps its places. */
export const holdMinutes = 10

/**
 * Claims every listed place for ten minutes, or none of them.
 * @throws {SeatsTaken | PlaceLimitReached | NotOnSale | InvalidInput}
 */
export async function holdSeats(ctx: Ctx, input: HoldSeatsInput): Promise<HoldRow> {
  requireDistinct(input.seats)
  return await idempotent(
    ctx,
    { operation: 'holdSeats', input },
    {
      load: requireHold,
      act: async (ctx) => {
        const performance = await requireOnSale(ctx, input.performanceId)
        await reservePlaceQuota(ctx, performance, input.seats.length)
        const hold = await openHold(ctx, { performanceId: performance.id, placeCount: input.seats.length })
        const claimed = await claim(ctx, hold, input.seats)
        if (claimed.length < input.seats.length) throw await whyNot(ctx, hold, { input, claimed })
        return hold
      },
    },
  )
}

/** The row that the places will name as their holder. */
export async function openHold(
  ctx: Ctx,
  { performanceId, placeCount }: { performanceId: string; placeCount: number },
): Promise<HoldRow> {
  const now = ctx.now()
  const [hold] = await ctx.db
    .insert(holds)
    .values({
      id: ctx.newId('hld'),
      performanceId,
      userId: requireUser(ctx.viewer).userId,
      placeCount,
      status: 'ACTIVE',
      expiresAt: new Date(now.getTime() + holdMinutes * 60_000),
      createdAt: now,
    })
    .returning()
  return hold as HoldRow
}

/**
 * Takes those of the places that are free, or whose hold is over by now, and whose zone the tier is for. Locked in the
 * order of their numbers, so that two buyers lock shared seats in the same order and never deadlock.
 */
async function claim(ctx: Ctx, hold: HoldRow, seats: HoldSeatsInput['seats']): Promise<number[]> {
  const wanted = JSON.stringify(seats)
  const { rows } = await ctx.db.execute<{ number: number }>(sql`
    /* booking.holdSeats */
    with wanted as (
      select * from json_to_recordset(${wanted}::json) as seat(number integer, "tierId" text)
    ), locked as materialized (
      select places.number, wanted."tierId" from places
      join wanted using (number)
      join price_tiers tier on tier.id = wanted."tierId" and tier.performance_id = places.performance_id and tier.zone = places.zone
      where places.performance_id = ${hold.performanceId}
        and (places.status = 'FREE' or (places.status = 'HELD' and places.held_until <= ${hold.createdAt.toISOString()}))
      order by places.number
      for update of places
    )
    update places set status = 'HELD', hold_id = ${hold.id}, tier_id = locked."tierId",
      held_until = ${hold.expiresAt.toISOString()}
    from locked where places.performance_id = ${hold.performanceId} and places.number = locked.number
    returning places.number`)
  return rows.map((row) => row.number)
}

/** Tells a taken place from one that does not exist or is not sold at that tier. */
async function whyNot(
  ctx: Ctx,
  hold: HoldRow,
  { input, claimed }: { input: HoldSeatsInput; claimed: number[] },
): Promise<SeatsTaken | InvalidInput> {
  const missing = input.seats.filter((seat) => !claimed.includes(seat.number))
  const { rows } = await ctx.db.execute<{ number: number }>(sql`
    /* booking.holdSeats */
    select places.number from places
    join json_to_recordset(${JSON.stringify(missing)}::json) as seat(number integer, "tierId" text) using (number)
    join price_tiers tier on tier.id = seat."tierId" and tier.performance_id = places.performance_id and tier.zone = places.zone
    where places.performance_id = ${hold.performanceId} order by places.number`)
  const existing = new Set(rows.map((row) => row.number))
  const unknown = missing.filter((seat) => !existing.has(seat.number))
  if (unknown.length === 0) return new SeatsTaken([...existing])
  return new InvalidInput(
    unknown.map((seat) => ({
      field: 'seats',
      message: `there is no place ${seat.number} at tier ${seat.tierId} in this performance`,
    })),
  )
}

function requireDistinct(seats: HoldSeatsInput['seats']): void {
  if (seats.length === 0) throw new InvalidInput([{ field: 'seats', message: 'name at least one place' }])
  if (new Set(seats.map((seat) => seat.number)).size < seats.length) {
    throw new InvalidInput([{ field: 'seats', message: 'name each place once' }])
  }
}
