import { and, asc, eq } from 'drizzle-orm'
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

/** Blocked seats, for the box office and above; null for others. */
export async function listBlockedSeats(ctx: Ctx, performance: PerformanceRow): Promise<BlockedSeatRow[] | null> {
  if (!(await hasPartnerRole(ctx, performance.partnerId, 'BOX_OFFICE'))) return null
  const rows = await ctx.db
    .select({ seatNumber: places.number, seatLabel: places.label, reason: places.houseReason })
    .from(places)
    .where(and(eq(places.performanceId, performance.id), eq(places.status, 'HOUSE')))
    .orderBy(asc(places.number))
  return rows.map((row) => ({ ...row, reason: row.reason ?? '' }))
}
