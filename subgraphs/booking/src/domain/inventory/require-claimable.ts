import { InvalidInput } from '@tikitu/kit/base/errors'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type ClaimResult, findLimitRefusal, findSaleRefusal } from './claim-seats.ts'
import { requireZones, type SeatRequest } from './tier-counts.ts'

/**
 * Names the refusal that the buyer can act on first. If only seats are missing, returns the zones of the request: one zone, unless
 * the seats may cross zones.
 * @throws {NotFound | NotOnSale | UserSuspended | InvalidInput | SeatLimitReached | TooManyHolds}
 */
export async function requireClaimable(
  ctx: Ctx,
  result: ClaimResult & { request: SeatRequest },
  { mayCrossZones = false }: { mayCrossZones?: boolean } = {},
): Promise<[zone: string, ...others: string[]]> {
  const sale = findSaleRefusal(result)
  if (sale) throw sale
  const [zone = '', ...others] = await requireZones(ctx, result.request)
  if (others.length > 0 && !mayCrossZones) {
    throw new InvalidInput([{ field: 'tiers', message: 'must all be in one zone; create one hold per zone' }])
  }
  const limit = findLimitRefusal(result)
  if (limit) throw limit
  return [zone, ...others]
}

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
