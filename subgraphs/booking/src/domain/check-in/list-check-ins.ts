import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type CheckInRow, checkIns } from '../../db/tables/tickets.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'

/** Filter for scans. */
export interface CheckInFilter {
  performanceId: string
  outcome?: CheckInRow['outcome'] | null
  ticketId?: string | null
}

/** Scans at the doors of a performance, including refused ones, newest first. @throws {NotFound | Forbidden} */
export async function listCheckIns(ctx: Ctx, filter: CheckInFilter, args: PageArgs): Promise<Connection<CheckInRow>> {
  const page = readPage(args)
  await requireOwnPerformance(ctx, filter.performanceId, 'SCANNER')
  const { where, orderBy } = keyset(page, [checkIns.scannedAt, checkIns.id], 'desc')
  const rows = await ctx.db
    .select()
    .from(checkIns)
    .where(
      and(
        eq(checkIns.performanceId, filter.performanceId),
        filter.outcome ? eq(checkIns.outcome, filter.outcome) : undefined,
        filter.ticketId ? eq(checkIns.ticketId, filter.ticketId) : undefined,
        where,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.scannedAt.toISOString(), row.id])
}
