import { type FieldProblem, InvalidInput } from '@tikitu/kit/base/errors'
import type { LayoutDocument } from '@tikitu/schema/layout'
import { zonesWithPlaces } from '@tikitu/schema/layout-places'
import type { Ctx } from '../../context.ts'
import { priceTiers } from '../../db/tables/catalogue.ts'

/** A new price for the seats of one zone. */
export interface NewTier {
  zone: string
  name: string
  priceMinor: number
  taxBasisPoints?: number | null
  salesStartAt?: Date | null
  salesEndAt?: Date | null
}

/** Requires a price for each zone with seats, no prices for others, and unique names in a zone. @throws {InvalidInput} */
export function requireTierPerZone(document: LayoutDocument, tiers: readonly NewTier[]): void {
  const zones = zonesWithPlaces(document)
  const priced = new Set(tiers.map((tier) => tier.zone))
  const names = new Set<string>()
  const problems: FieldProblem[] = []
  for (const [index, { zone, name }] of tiers.entries()) {
    const field = `tiers[${index}]`
    if (!zones.has(zone)) problems.push({ field, message: `the layout has no seats in zone ${zone}` })
    if (names.has(`${zone}\n${name}`)) problems.push({ field, message: `zone ${zone} already has a tier ${name}` })
    names.add(`${zone}\n${name}`)
  }
  for (const zone of zones) {
    if (!priced.has(zone)) problems.push({ field: 'tiers', message: `zone ${zone} has no price` })
  }
  if (problems.length > 0) throw new InvalidInput(problems)
}

/** Inserts the prices of a performance, in the given order. */
export async function insertTiers(ctx: Ctx, performanceId: string, tiers: readonly NewTier[]): Promise<void> {
  await ctx.db
    .insert(priceTiers)
    .values(tiers.map((tier, ordinal) => ({ ...tier, id: ctx.newId('tir'), performanceId, ordinal })))
}
