import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { endOfPerformance, lastMoment } from '../on-sale.ts'

/** The columns that cannot change while a performance is locked. */
export type LockedPerformance = Pick<PerformanceRow, 'status' | 'maxSeatsPerPerson' | 'cancellationReason'> & {
  /** Payment deadline for seats that were held in time. */
  lastMoment: Date
  /** The end; if unknown, the start. */
  end: Date
  isEndKnown: boolean
}

interface LockedRow extends Record<string, unknown> {
  status: LockedPerformance['status']
  maxSeatsPerPerson: number
  cancellationReason: string | null
  lastMoment: string
  end: string
  isEndKnown: boolean
}

/**
 * The performance, unchanged until the transaction ends. Many transactions can share this lock. A cancellation of the performance
 * waits for them, so it finds everything they sold.
 */
export async function lockPerformanceForShare(ctx: Ctx, performanceId: string): Promise<LockedPerformance> {
  const { rows } = await ctx.db.execute<LockedRow>(sql`
    /* booking.lockPerformanceForShare */
    select status, max_places_per_person as "maxSeatsPerPerson", cancellation_reason as "cancellationReason", to_json(${lastMoment()}) #>> '{}' as "lastMoment",
      to_json(${endOfPerformance()}) #>> '{}' as "end",
      ends_at is not null as "isEndKnown"
    from performances where id = ${performanceId} for share`)
  const found = rows[0]
  if (!found) throw new Error(`performance ${performanceId} is missing`)
  return { ...found, lastMoment: new Date(found.lastMoment), end: new Date(found.end) }
}
