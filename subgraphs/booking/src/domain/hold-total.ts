import { requireLoaded } from '@tikitu/kit/loader'
import { type Money, sumMoney } from '@tikitu/kit/money'
import type { Ctx } from '../context.ts'
import type { HoldRow } from '../db/tables/inventory.ts'

/** What the places of a hold cost together, before fees. */
export async function totalOfPlaces(ctx: Ctx, hold: HoldRow): Promise<Money> {
  const { currency } = await requireLoaded(ctx.load.performance, hold.performanceId)
  const places = await ctx.load.placesOfHold.load(hold.id)
  const tiers = await Promise.all(places.map((place) => requireLoaded(ctx.load.priceTier, place.tierId ?? '')))
  return sumMoney(
    tiers.map((tier) => ({ amountMinor: tier.priceMinor, currency })),
    currency,
  )
}
