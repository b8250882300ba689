import { InvalidState } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type HoldRow, holds } from '../../db/tables/inventory.ts'
import { freeSeats } from './free-seats.ts'
import { lockHold } from './get-hold.ts'

/**
 * Releases the caller's held seats immediately. A hold that has already ended stays unchanged.
 * @throws {NotFound} @throws {InvalidState} when the seats are in a booking
 */
export async function releaseHold(ctx: Ctx, input: { holdId: string }): Promise<HoldRow> {
  return await inTransaction(ctx, async (ctx) => {
    const hold = await lockHold(ctx, input.holdId)
    if (hold.status === 'CONSUMED') {
      throw new InvalidState(
        'These seats are in a booking. Use cancelBooking while it is unpaid, or cancelTickets once it is paid.',
      )
    }
    if (hold.status !== 'ACTIVE') return hold
    await freeSeats(ctx, { performanceId: hold.performanceId, holdId: hold.id })
    const [released] = await ctx.db
      .update(holds)
      .set({ status: hold.expiresAt <= ctx.now() ? 'EXPIRED' : 'RELEASED', endedAt: ctx.now() })
      .where(eq(holds.id, hold.id))
      .returning()
    ctx.load.hold.clear(hold.id)
    ctx.load.seatsOfHold.clear(hold.id)
    return released as HoldRow
  })
}
