import { inTransaction } from '@tikitu/kit/db'
import { and, asc, eq, lte } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { holds } from '../db/tables/inventory.ts'
import { freePlaces } from './free-places.ts'

const batchSize = 100

/**
 * Writes down which holds are over, and frees what places they still have. Nothing is wrong until this has run: every
 * statement judges time itself. Returns how many there were.
 */
export async function expireHolds(ctx: Ctx): Promise<number> {
  for (let count = 0; ; ) {
    const due = await ctx.db
      .select({ id: holds.id })
      .from(holds)
      .where(and(eq(holds.status, 'ACTIVE'), lte(holds.expiresAt, ctx.now())))
      .orderBy(asc(holds.expiresAt))
      .limit(batchSize)
    for (const { id } of due) count += Number(await expireHold(ctx, id))
    if (due.length < batchSize) return count
  }
}

async function expireHold(ctx: Ctx, id: string): Promise<boolean> {
  return await inTransaction(ctx, async (ctx) => {
    const [expired] = await ctx.db
      .update(holds)
      .set({ status: 'EXPIRED', endedAt: ctx.now() })
      .where(and(eq(holds.id, id), eq(holds.status, 'ACTIVE'), lte(holds.expiresAt, ctx.now())))
      .returning()
    if (expired) await freePlaces(ctx, { performanceId: expired.performanceId, holdId: expired.id })
    return expired !== undefined
  })
}
