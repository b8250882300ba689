import { InvalidInput } from '@tikitu/kit/base/errors'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'

/** A zone of a performance, and the kind of seats requested there. */
export interface ZoneCheck {
  performanceId: string
  zone: string
  wanted: 'SEATS' | 'STANDING'
}

const advice = {
  SEATS: 'has no numbered seats; use holdGeneralAdmission',
  STANDING: 'has only numbered seats; use holdBestAvailable or holdSeats',
}

/** Distinguishes a full zone from one without such seats. @throws {InvalidInput} that names the mutation to use instead */
export async function requireKindOfZone(ctx: Ctx, { performanceId, zone, wanted }: ZoneCheck): Promise<void> {
  const isWanted = wanted === 'STANDING' ? sql`kind = 'STANDING'` : sql`kind <> 'STANDING'`
  const { rows } = await ctx.db.execute(sql`
    /* booking.requireKindOfZone */
    select 1 from places where performance_id = ${performanceId} and zone = ${zone} and ${isWanted} limit 1`)
  if (rows.length === 0) throw new InvalidInput([{ field: 'tiers', message: `zone ${zone} ${advice[wanted]}` }])
}
