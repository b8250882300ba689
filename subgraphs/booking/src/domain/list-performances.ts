import type { Ctx } from '../context.ts'
import type { PerformanceRow } from '../db/tables/catalogue.ts'

/** The performances of an event, the earliest first: all of them, or those that have not begun and take place. */
export async function listPerformances(
  ctx: Ctx,
  { eventId, upcoming }: { eventId: string; upcoming: boolean },
): Promise<PerformanceRow[]> {
  const rows = await ctx.load.performancesOfEvent.load(eventId)
  if (!upcoming) return rows
  return rows.filter((row) => row.startsAt > ctx.now() && row.status !== 'CANCELLED')
}
