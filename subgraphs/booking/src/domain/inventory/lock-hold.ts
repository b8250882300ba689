import { requireUser } from '@tikitu/kit/auth/viewer'
import { NotFound } from '@tikitu/kit/base/errors'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type HoldRow, holds } from '../../db/tables/inventory.ts'
import { HoldNotActive } from '../../errors.ts'
import { holdStatusAt } from './get-hold.ts'

/** The caller's own hold, locked until the transaction ends. @throws {NotFound} */
export async function lockHold(ctx: Ctx, id: string): Promise<HoldRow> {
  const { userId } = requireUser(ctx.viewer)
  const [hold] = await ctx.db
    .select()
    .from(holds)
    .where(and(eq(holds.id, id), eq(holds.userId, userId)))
    .for('update')
  if (!hold) throw new NotFound('hold', id)
  return hold
}

/** As `lockHold`, if the hold is active. @throws {NotFound | HoldNotActive} */
export async function lockActiveHold(ctx: Ctx, id: string): Promise<HoldRow> {
  const hold = await lockHold(ctx, id)
  const status = holdStatusAt(hold, ctx.now())
  if (status !== 'ACTIVE') throw new HoldNotActive(status)
  return hold
}
