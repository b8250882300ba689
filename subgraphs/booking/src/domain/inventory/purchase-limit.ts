import { requireUser } from '@tikitu/kit/auth/viewer'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { SeatLimitReached } from '../../errors.ts'
import { lockHolder } from './hoarding-limit.ts'

/** A user and a performance. */
export interface Person {
  performanceId: string
  userId: string
}

/**
 * Requires that the caller may have `count` more seats. Only names the refusal: the claim checks the limit itself, under the lock.
 * @throws {SeatLimitReached}
 */
export async function requireSeatQuota(ctx: Ctx, performance: PerformanceRow, count: number): Promise<void> {
  const { userId } = requireUser(ctx.viewer)
  const person = { performanceId: performance.id, userId }
  const { rows } = await ctx.db.execute<{ taken: number }>(sql`
    /* booking.requireSeatQuota */
    select ${seatCountOf(person, ctx.now())} as taken`)
  const taken = rows[0]?.taken ?? 0
  if (taken + count > performance.maxSeatsPerPerson) throw new SeatLimitReached(performance.maxSeatsPerPerson)
}

/** The user's number of seats, held or sold, locked against concurrent counts until the transaction ends. */
export async function lockSeatCount(ctx: Ctx, performanceId: string, userId: string): Promise<number> {
  const person = { performanceId, userId }
  for (const lock of lockHolder({ ...person, clientKey: null })) await ctx.db.execute(lock)
  const { rows } = await ctx.db.execute<{ taken: number }>(sql`
    /* booking.lockSeatCount */
    select ${seatCountOf(person, ctx.now())} as taken`)
  return rows[0]?.taken ?? 0
}

/** The user's number of seats at that time, held or sold. */
export function seatCountOf({ performanceId, userId }: Person, now: Date): SQL {
  return sql`(
    select count(*)::integer from places join holds on holds.id = places.hold_id
    where holds.user_id = ${userId} and holds.performance_id = ${performanceId}
      and (places.status = 'SOLD' or places.held_until > ${now.toISOString()}))`
}
