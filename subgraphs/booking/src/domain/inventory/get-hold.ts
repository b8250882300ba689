import { requireUser } from '@tikitu/kit/auth/viewer'
import { NotFound } from '@tikitu/kit/base/errors'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type HoldRow, holds } from '../../db/tables/inventory.ts'
import { HoldNotActive } from '../../errors.ts'

/** The hold, when it is the caller's own; null otherwise. */
export async function getHold(ctx: Ctx, id: string): Promise<HoldRow | null> {
  const hold = await ctx.load.hold.load(id)
  return hold && ctx.viewer.kind === 'user' && hold.userId === ctx.viewer.userId ? hold : null
}

/** The status at that time: a hold past its expiry is EXPIRED, even before the sweep marks it. */
export function holdStatusAt(hold: HoldRow, now: Date): HoldRow['status'] {
  return hold.status === 'ACTIVE' && hold.expiresAt <= now ? 'EXPIRED' : hold.status
}

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
