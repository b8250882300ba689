import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type HoldRow, holds } from '../../db/tables/inventory.ts'
import { HoldLimitReached } from '../../errors.ts'
import { requireOnSale } from '../catalogue/require-on-sale.ts'
import { earlier } from '../on-sale.ts'
import { extendSeats } from './book-seats.ts'
import { holdMinutes } from './claim-seats.ts'
import { lockActiveHold } from './get-hold.ts'

/** Maximum lifetime of a hold, including extensions. */
export const maxHoldMinutes = 30

/**
 * Extends the caller's hold to ten minutes from now, at most thirty minutes after it was created, and never past the payment
 * deadline of the performance.
 * @throws {NotFound | HoldNotActive | HoldLimitReached | NotOnSale | UserSuspended}
 */
export async function extendHold(ctx: Ctx, input: { holdId: string }): Promise<HoldRow> {
  return await inTransaction(ctx, async (ctx) => {
    const hold = await lockActiveHold(ctx, input.holdId)
    const { lastMoment } = await requireOnSale(ctx, hold.performanceId, hold.createdAt)
    const expiresAt = earlier(extendedExpiry(hold, ctx.now()), lastMoment)
    if (expiresAt <= hold.expiresAt) throw new HoldLimitReached(hold.expiresAt)
    await extendSeats(ctx, hold, expiresAt)
    const [extended] = await ctx.db.update(holds).set({ expiresAt }).where(eq(holds.id, hold.id)).returning()
    ctx.load.hold.clear(hold.id)
    return extended as HoldRow
  })
}

function extendedExpiry(hold: HoldRow, now: Date): Date {
  const latest = hold.createdAt.getTime() + maxHoldMinutes * 60_000
  return new Date(Math.min(now.getTime() + holdMinutes * 60_000, latest))
}
