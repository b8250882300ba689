import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { endOfPerformance, lastMoment } from './sales-deadline.ts'

/** What nobody changes of a performance while it is locked. */
export type LockedPerformance = Pick<PerformanceRow, 'status' | 'maxPlacesPerPerson' | 'cancellationReason'> & {
  /** Until when what was held in time can be paid. */
  lastMoment: Date
  /** When it is over, or begins where no end is known. */
  end: Date
  isEndKnown: boolean
}

interface Found extends Record<string, unknown> {
  status: LockedPerformance['status']
  maxPlacesPerPerson: number
  cancellationReason: string | null
  lastMoment: string
  end: string
  isEndKnown: boolean
}

/**
 * The performance, which nobody changes until the transaction ends. Many may hold this lock at once; cancelling the
 * performance waits for them, so whatever is sold meanwhile is found by the cancellation.
 */
export async function lockPerformanceForShare(ctx: Ctx, performanceId: string): Promise<LockedPerformance> {
  const { rows } = await ctx.db.execute<Found>(sql`
    /* booking.lockPerformanceForShare */
    select status, max_places_per_person as "maxPlacesPerPerson", cancellation_reason as "cancellationReason", to_json(${lastMoment()}) #>> '{}' as "lastMoment",
      to_json(${endOfPerformance()}) #>> '{}' as "end",
      ends_at is not null as "isEndKnown"
    from performances where id = ${performanceId} for share`)
  const found = rows[0]
  if (!found) throw new Error(`performance ${performanceId} is missing`)
  return { ...found, lastMoment: new Date(found.lastMoment), end: new Date(found.end) }
}
