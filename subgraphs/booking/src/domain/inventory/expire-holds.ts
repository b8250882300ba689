import { sweep, sweepBatch } from '@tikitu/kit/context/sweep'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type HoldRow, holds } from '../../db/tables/inventory.ts'
import { freeSeats } from './free-seats.ts'

/**
 * Marks expired holds, and frees their seats. Correctness does not depend on it, as every statement checks the time itself. Locked
 * holds are left for the next run. Returns the number of holds.
 */
export async function expireHolds(ctx: Ctx): Promise<number> {
  return await sweep<DueHold>(ctx, {
    name: 'expireHolds',
    due: (after) => listDue(ctx, after),
    act: ({ id }) => expireHold(ctx, id),
  })
}

type DueHold = Pick<HoldRow, 'id' | 'expiresAt'>

async function listDue(ctx: Ctx, after: DueHold | null): Promise<DueHold[]> {
  const beyond = after && sql`(${holds.expiresAt}, ${holds.id}) > (${after.expiresAt.toISOString()}, ${after.id})`
  return await ctx.db
    .select({ id: holds.id, expiresAt: holds.expiresAt })
    .from(holds)
    .where(and(isDue(ctx), beyond ?? undefined))
    .orderBy(asc(holds.expiresAt), asc(holds.id))
    .limit(sweepBatch)
}

function isDue(ctx: Ctx): SQL | undefined {
  return and(eq(holds.status, 'ACTIVE'), lte(holds.expiresAt, ctx.now()))
}

async function expireHold(ctx: Ctx, id: string): Promise<boolean> {
  return await inTransaction(ctx, async (ctx) => {
    const [due] = await ctx.db
      .select({ id: holds.id })
      .from(holds)
      .where(and(eq(holds.id, id), isDue(ctx)))
      .for('update', { skipLocked: true })
    if (!due) return false
    const [expired] = await ctx.db
      .update(holds)
      .set({ status: 'EXPIRED', endedAt: ctx.now() })
      .where(eq(holds.id, id))
      .returning()
    if (expired) await freeSeats(ctx, { performanceId: expired.performanceId, holdId: expired.id })
    return expired !== undefined
  })
}
