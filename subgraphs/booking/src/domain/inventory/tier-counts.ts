import { InvalidInput } from '@tikitu/kit/base/errors'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PriceTierRow, priceTiers } from '../../db/tables/catalogue.ts'
import { isTierOnSale } from '../catalogue/performance-terms.ts'
import { isTierOnSaleAt, tierNotOnSale } from '../on-sale.ts'
import { maxSeatsPerHold } from './claim-seats.ts'

/** A number of seats at a tier. */
export interface TierCount {
  tierId: string
  count: number
}

/** Requested seats, by tier. */
export interface SeatRequest {
  performanceId: string
  tiers: readonly TierCount[]
  /** Number of wheelchair spaces among them. */
  accessible: number
}

/** Total number of requested seats. @throws {InvalidInput} when it is out of range, or a tier is repeated */
export function countSeats(tiers: readonly TierCount[]): number {
  if (tiers.length > maxSeatsPerHold)
    throw new InvalidInput([{ field: 'tiers', message: `must contain at most ${maxSeatsPerHold} tiers` }])
  const isTwice = new Set(tiers.map((tier) => tier.tierId)).size < tiers.length
  if (isTwice) throw new InvalidInput([{ field: 'tiers', message: 'must not contain duplicates' }])
  const bad = tiers.findIndex((tier) => !Number.isInteger(tier.count) || tier.count < 1)
  if (bad >= 0) throw new InvalidInput([{ field: `tiers[${bad}].count`, message: 'must be at least 1' }])
  if (tiers.length === 0) throw new InvalidInput([{ field: 'tiers', message: 'must contain at least one tier' }])
  const count = tiers.reduce((sum, tier) => sum + tier.count, 0)
  if (count > maxSeatsPerHold)
    throw new InvalidInput([{ field: 'tiers', message: `must add up to at most ${maxSeatsPerHold} seats` }])
  return count
}

/** The one zone of all requested tiers; no row when there are several, or a tier is not on sale. Reads `allowed`. */
export function zoneOf({ tiers }: SeatRequest, now: Date): SQL {
  return sql`
    select min(tier.zone) as name from price_tiers tier
    where tier.performance_id = (select id from allowed) and tier.id in (${idsOf(tiers)})
      and ${isTierOnSaleAt(now)}
    having count(*) = ${tiers.length} and count(distinct tier.zone) = 1`
}

/** The seats of the relation `found` with a tier for each, in the order of both. */
export function tiersInOrder({ tiers }: SeatRequest): SQL {
  const tierIds = tiers.flatMap(({ tierId, count }) => Array<string>(count).fill(tierId))
  return sql`
    select number, ${JSON.stringify(tierIds)}::jsonb ->> (row_number() over (order by number) - 1)::integer as tier_id
    from found`
}

/** The zones of the requested tiers. @throws {InvalidInput | NotOnSale} when a tier cannot be bought */
export async function requireZones(ctx: Ctx, { performanceId, tiers }: SeatRequest): Promise<string[]> {
  const rows = await ctx.db
    .select()
    .from(priceTiers)
    .where(and(eq(priceTiers.performanceId, performanceId), sql`${priceTiers.id} in (${idsOf(tiers)})`))
  const unknown = tiers.find(({ tierId }) => !rows.some((row) => row.id === tierId))
  if (unknown)
    throw new InvalidInput([{ field: 'tiers', message: `this performance has no tier ${unknown.tierId.slice(0, 40)}` }])
  requireTiersOnSale(rows, ctx.now())
  return [...new Set(rows.map((row) => row.zone))]
}

function idsOf(tiers: readonly TierCount[]): SQL {
  return sql`select json_array_elements_text(${JSON.stringify(tiers.map((tier) => tier.tierId))}::json)`
}

/** @throws {NotOnSale} when one of the tiers is closed, or outside its sale dates */
function requireTiersOnSale(tiers: readonly PriceTierRow[], now: Date): void {
  const shut = tiers.find((tier) => !isTierOnSale(tier, now))
  if (!shut) return
  const opensAt = !shut.closedAt && shut.salesStartAt && shut.salesStartAt > now ? shut.salesStartAt : null
  throw tierNotOnSale({ name: shut.name, opensAt })
}
