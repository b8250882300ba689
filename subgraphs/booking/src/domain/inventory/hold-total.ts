import type { Money } from '@tikitu/kit/base/money'
import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { Ctx } from '../../context.ts'
import type { HoldRow, PlaceRow } from '../../db/tables/inventory.ts'
import { type LineAmounts, priceLine, sumLines } from '../bookings/price-lines.ts'
import { shownLines } from '../catalogue/shown-prices.ts'

/** A held seat with its price. */
export type PricedSeat = PlaceRow & LineAmounts & { currency: string }

/** The seats of a hold, with their prices at the time of the hold. */
export async function seatsOfHold(ctx: Ctx, hold: HoldRow): Promise<PricedSeat[]> {
  const performance = await requireLoaded(ctx.load.performance, hold.performanceId)
  const places = await ctx.load.seatsOfHold.load(hold.id)
  const shown = shownLines(hold, performance, places)
  const tiers = await Promise.all(places.map((place) => requireLoaded(ctx.load.priceTier, place.tierId ?? '')))
  const lines = shown ?? tiers.map((tier) => priceLine(performance, tier))
  return places.map((place, index) => ({
    ...place,
    ...(lines[index] as LineAmounts),
    currency: performance.currency,
  }))
}

/** Totals of a hold: prices before fees, fees, included tax, and the amount due. */
export async function amountsOfHold(
  ctx: Ctx,
  hold: HoldRow,
): Promise<Record<'prices' | 'fees' | 'tax' | 'due', Money>> {
  const { currency } = await requireLoaded(ctx.load.performance, hold.performanceId)
  const { totalMinor, feesMinor, taxMinor } = sumLines(await seatsOfHold(ctx, hold))
  const money = (amountMinor: number): Money => ({ amountMinor, currency })
  return { prices: money(totalMinor - feesMinor), fees: money(feesMinor), tax: money(taxMinor), due: money(totalMinor) }
}
