import { InvalidInput } from '@tikitu/kit/base/errors'
import type { Money } from '@tikitu/kit/base/money'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { PriceChanged } from '../../errors.ts'
import { type BookingAmounts, type LineAmounts, priceLine, sumLines, type TierPrice } from '../bookings/price-lines.ts'

/** A seat and its tier. */
interface TieredSeat {
  tierId: string | null
}

/** Prices of the seats at the time of the hold; null for holds from before they were stored. */
export function shownLines(
  { shownPrices }: HoldRow,
  { currency }: Pick<PerformanceRow, 'currency'>,
  places: readonly TieredSeat[],
): LineAmounts[] | null {
  if (!shownPrices) return null
  const { tiers, tierTaxes, feeTaxBasisPoints = 0, taxMode = 'INCLUDED', ...rates } = shownPrices
  return places.map(({ tierId }) => {
    const tier = { priceMinor: tiers[tierId ?? ''] ?? 0, taxBasisPoints: tierTaxes?.[tierId ?? ''] ?? null }
    return priceLine({ currency, feeTaxBasisPoints, taxMode, ...rates }, tier)
  })
}

/** A hold to book, with the current prices of its seats. */
export interface BookableSeats {
  hold: HoldRow
  performance: PerformanceRow
  places: readonly (TieredSeat & TierPrice)[]
  /** The total that the customer accepts instead of the one shown with the hold. */
  expectedTotal?: Money | null
}

/**
 * Nobody is charged an amount they were not shown: prices, fees and tax equal those at the time of the hold, or the total is the one
 * that the customer accepted. This is the only comparison. @throws {PriceChanged | InvalidInput}
 */
export function requireShownPrice({ hold, performance, places, expectedTotal }: BookableSeats): void {
  const { currency } = performance
  const now = sumLines(places.map((place) => priceLine(performance, place)))
  const money = (amountMinor: number): Money => ({ amountMinor, currency })
  if (expectedTotal) {
    if (expectedTotal.currency !== currency) {
      throw new InvalidInput([{ field: 'expectedTotal', message: `must be in ${currency}` }])
    }
    if (expectedTotal.amountMinor === now.totalMinor) return
    throw new PriceChanged(expectedTotal, money(now.totalMinor))
  }
  const lines = shownLines(hold, performance, places)
  const shown = lines && sumLines(lines)
  if (shown && !isSame(shown, now)) throw new PriceChanged(money(shown.totalMinor), money(now.totalMinor))
}

function isSame(one: BookingAmounts, other: BookingAmounts): boolean {
  return one.totalMinor === other.totalMinor && one.feesMinor === other.feesMinor && one.taxMinor === other.taxMinor
}
