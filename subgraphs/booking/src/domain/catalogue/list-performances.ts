import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { maySeeDrafts } from './get-event.ts'
import { isUpcoming } from './upcoming.ts'

/**
 * The performances of an event, earliest first: all, or those that are running, upcoming or postponed. All includes drafts for
 * members of the partner and staff.
 */
export async function listPerformances(
  ctx: Ctx,
  { eventId, upcoming }: { eventId: string; upcoming: boolean },
): Promise<PerformanceRow[]> {
  const rows = await ctx.load.performancesOfEvent.load(eventId)
  const visible = await withoutHiddenDrafts(ctx, rows)
  return upcoming ? visible.filter((row) => isUpcoming(row, ctx.now())) : visible
}

async function withoutHiddenDrafts(ctx: Ctx, rows: PerformanceRow[]): Promise<PerformanceRow[]> {
  const draft = rows.find((row) => row.isDraft)
  if (!draft || (await maySeeDrafts(ctx, draft.partnerId))) return rows
  return rows.filter((row) => !row.isDraft)
}
