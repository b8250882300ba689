import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'

/** The hold, when it is the caller's own; null otherwise. */
export async function getHold(ctx: Ctx, id: string): Promise<HoldRow | null> {
  const hold = await ctx.load.hold.load(id)
  return hold && ctx.viewer.kind === 'user' && hold.userId === ctx.viewer.userId ? hold : null
}

/** The status at that time: a hold past its expiry is EXPIRED, even before the sweep marks it. */
export function holdStatusAt(hold: HoldRow, now: Date): HoldRow['status'] {
  return hold.status === 'ACTIVE' && hold.expiresAt <= now ? 'EXPIRED' : hold.status
}
