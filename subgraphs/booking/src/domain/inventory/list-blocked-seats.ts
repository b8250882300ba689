import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { places } from '../../db/tables/inventory.ts'
import { hasPartnerRole } from '../projections/partner-role.ts'

/** A blocked seat. */
export interface BlockedSeatRow {
  seatNumber: number
  seatLabel: string
  reason: string
}

/** Blocked seats in the order of their numbers, for the box office and above; null for others. @throws {InvalidInput} */
export async function listBlockedSeats(
  ctx: Ctx,
  performance: PerformanceRow,
  args: PageArgs,
): Promise<Connection<BlockedSeatRow> | null> {
  if (!(await hasPartnerRole(ctx, performance.partnerId, 'BOX_OFFICE'))) return null
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [places.number], 'asc')
  const rows = await ctx.db
    .select({ seatNumber: places.number, seatLabel: places.label, reason: places.houseReason })
    .from(places)
    .where(and(eq(places.performanceId, performance.id), eq(places.status, 'HOUSE'), where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  const seats = rows.map((row) => ({ ...row, reason: row.reason ?? '' }))
  return toConnection(seats, page, (row) => [row.seatNumber])
}
