import { requireUser } from '@tikitu/kit/auth/viewer'
import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '../src/context.ts'
import { type HoldRow, holds } from '../src/db/tables/inventory.ts'
import { blockSeats } from '../src/domain/inventory/block-seats.ts'
import { extendHold } from '../src/domain/inventory/extend-hold.ts'
import { holdBestAvailable } from '../src/domain/inventory/hold-best-available.ts'
import { holdGeneralAdmission } from '../src/domain/inventory/hold-general-admission.ts'
import { holdSeats } from '../src/domain/inventory/hold-seats.ts'
import { releaseHold } from '../src/domain/inventory/release-hold.ts'
import { unblockSeats } from '../src/domain/inventory/unblock-seats.ts'
import { ctxOf, later } from './factories.ts'
import type { Act, World } from './world.ts'

/** Actions on seats before a booking. Only six seats, so that users compete. */
export const holdActs: Readonly<Record<string, Act>> = {
  holdSeats: ({ show }, ctx, dice) => {
    const first = dice % 6
    const seats = [first, (first + 1 + (dice % 4)) % 6].map((seatNumber) => ({ seatNumber, tierId: show.adult.id }))
    return holdSeats(ctx, { performanceId: show.performance.id, seats })
  },
  holdBest: ({ show }, ctx, dice) => {
    const tiers = [
      { tierId: show.adult.id, count: 1 + (dice % 3) },
      { tierId: show.child.id, count: 1 },
    ]
    return holdBestAvailable(ctx, { performanceId: show.performance.id, tiers, together: dice % 2 === 0 })
  },
  holdStanding: ({ show }, ctx, dice) => {
    const tiers = [{ tierId: show.standing.id, count: 1 + (dice % 8) }]
    return holdGeneralAdmission(ctx, { performanceId: show.performance.id, tiers })
  },
  extend: async (world, ctx, dice) => {
    const hold = await anyHold(world, ctx, dice)
    return hold && (await extendHold(ctx, { holdId: hold.id }))
  },
  release: async (world, ctx, dice) => {
    const hold = await anyHold(world, ctx, dice)
    return hold && (await releaseHold(ctx, { holdId: hold.id }))
  },
  block: (world, _ctx, dice) => {
    const seatNumbers = [dice % 6, 15 + (dice % 50)]
    return blockSeats(managerIn(world), { performanceId: world.show.performance.id, seatNumbers, reason: 'Guests' })
  },
  unblock: (world, _ctx, dice) => {
    const seatNumbers = [dice % 6, 15 + (dice % 50)]
    return unblockSeats(managerIn(world), { performanceId: world.show.performance.id, seatNumbers })
  },
}

/** One of the caller's holds, active or not. */
export async function anyHold(world: World, ctx: Ctx, dice: number): Promise<HoldRow | undefined> {
  const own = await world.database.db
    .select()
    .from(holds)
    .where(and(eq(holds.performanceId, world.show.performance.id), eq(holds.userId, requireUser(ctx.viewer).userId)))
    .orderBy(asc(holds.id))
  return own[dice % own.length]
}

function managerIn({ database, show, minutes }: World): Ctx {
  return later(ctxOf(database, show.by.manager), minutes)
}
