import type { Ctx } from '../context.ts'
import type { PerformanceRow } from '../db/tables/catalogue.ts'
import { isToCome } from './to-come.ts'

/** The performances of an event, the earliest first: all of them, or those that are running or to come. */
export async function listPerformances(
  ctx: Ctx,
  { eventId, upcoming }: { eventId: string; upcoming: boolean },
): Promise<PerformanceRow[]> {
  const rows = await ctx.load.performancesOfEvent.load(eventId)
  return upcoming ? rows.filter((row) => isToCome(row, ctx.now())) : rows
}
