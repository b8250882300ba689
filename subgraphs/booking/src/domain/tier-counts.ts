import { InvalidInput } from '@tikitu/kit/errors'
import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type PerformanceRow, priceTiers } from '../db/tables/catalogue.ts'

/** A number of places wanted at a tier. */
export interface TierCount {
  tierId: string
  count: number
}

/** Places of one zone, wanted at one or several of its tiers. */
export interface ZoneWish {
  zone: string
  /** The tier of each place, in the order they were asked for. */
  tierIds: string[]
}

/** How many places are wanted in all. @throws {InvalidInput} when that is none, or one tier is named twice */
export function countPlaces(tiers: readonly TierCount[]): number {
  const isTwice = new Set(tiers.map((tier) => tier.tierId)).size < tiers.length
  if (isTwice) throw new InvalidInput([{ field: 'tiers', message: 'name each tier once' }])
  const bad = tiers.findIndex((tier) => !Number.isInteger(tier.count) || tier.count < 1)
  if (bad >= 0) throw new InvalidInput([{ field: `tiers.${bad}.count`, message: 'must be at least 1' }])
  if (tiers.length === 0) throw new InvalidInput([{ field: 'tiers', message: 'name at least one tier' }])
  return tiers.reduce((sum, tier) => sum + tier.count, 0)
}

/** The zone that all the tiers are of. @throws {InvalidInput} when they are of several, or of another performance */
export async function requireZone(
  ctx: Ctx,
  performance: PerformanceRow,
  tiers: readonly TierCount[],
): Promise<ZoneWish> {
  const ids = tiers.map((tier) => tier.tierId)
  const rows = await ctx.db
    .select({ id: priceTiers.id, zone: priceTiers.zone })
    .from(priceTiers)
    .where(and(eq(priceTiers.performanceId, performance.id), inArray(priceTiers.id, ids)))
  const unknown = ids.find((id) => !rows.some((row) => row.id === id))
  if (unknown) throw new InvalidInput([{ field: 'tiers', message: `this performance has no tier ${unknown}` }])
  const [zone, ...others] = new Set(rows.map((row) => row.zone))
  if (zone === undefined || others.length > 0) {
    throw new InvalidInput([{ field: 'tiers', message: 'must all be of one zone: make a hold for each zone' }])
  }
  return { zone, tierIds: tiers.flatMap((tier) => Array<string>(tier.count).fill(tier.tierId)) }
}
