import {
  type Connection,
  type PageArgs,
  readPage,
  requireCursorOf,
  toConnection,
} from '@tikitu/kit/postgres/pagination'
import type { Ctx } from '../../context.ts'
import type { EventRow, PerformanceRow } from '../../db/tables/catalogue.ts'
import { maySeeDrafts } from './get-event.ts'
import { performanceOrder, performancePageKey } from './performance-pages.ts'

/** Which performances of an event: those that are running, upcoming or postponed, or all that the caller may see. */
export interface ListPerformancesInput extends PageArgs {
  upcoming: boolean
}

/** A page of an event's performances, earliest first. Drafts are listed for members of the partner and staff. @throws {InvalidInput} */
export async function listPerformances(
  ctx: Ctx,
  { id, partnerId }: EventRow,
  { upcoming, ...args }: ListPerformancesInput,
): Promise<Connection<PerformanceRow>> {
  const page = readPage(args)
  requireCursorOf(page, performanceOrder)
  const drafts = !upcoming && (await maySeeDrafts(ctx, partnerId))
  const rows = await ctx.load.performancePage.load(performancePageKey(id, { page, upcoming, drafts }))
  const listed = rows.map(({ performance }) => performance)
  return toConnection(listed, page, (row) => [row.startsAt.toISOString(), row.id])
}
