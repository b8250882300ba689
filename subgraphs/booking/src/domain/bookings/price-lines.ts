import { percentOf, taxWithin } from '@tikitu/kit/base/money'
import type { PerformanceRow, PriceTierRow } from '../../db/tables/catalogue.ts'

/** What a performance adds to a price, and how it is taxed. */
export type Rates = Pick<
  PerformanceRow,
  'currency' | 'feeMinor' | 'feeBasisPoints' | 'taxBasisPoints' | 'feeTaxBasisPoints' | 'taxMode'
>

/** A price of a tier, with the tax rate that is its own. */
export type TierPrice = Pick<PriceTierRow, 'priceMinor' | 'taxBasisPoints'>

/**
 * What one place costs: `priceMinor + feeMinor` is to pay. `taxMinor` is inside the price and `feeTaxMinor` inside the fee, also
 * where tax is added to what the tier says: the amounts of a line hold it already.
 */
export interface LineAmounts {
  priceMinor: number
  feeMinor: number
  taxMinor: number
  feeTaxMinor: number
  taxBasisPoints: number
}

/** What a booking costs: the exact sums of its lines. The tax is that of prices and fees. */
export interface BookingAmounts {
  totalMinor: number
  feesMinor: number
  taxMinor: number
}

/** The amounts of one place at that tier. Each is rounded on its own line and never again. What is free has no fee. */
export function priceLine(rates: Rates, tier: TierPrice): LineAmounts {
  const taxBasisPoints = tier.taxBasisPoints ?? rates.taxBasisPoints
  const { currency, feeMinor, feeBasisPoints, feeTaxBasisPoints, taxMode } = rates
  const listed = { amountMinor: tier.priceMinor, currency }
  const fee = tier.priceMinor === 0 ? 0 : feeMinor + percentOf(listed, feeBasisPoints).amountMinor
  const price = taxed({ amountMinor: tier.priceMinor, currency }, taxBasisPoints, taxMode)
  const taxedFee = taxed({ amountMinor: fee, currency }, feeTaxBasisPoints, taxMode)
  return {
    priceMinor: price.grossMinor,
    feeMinor: taxedFee.grossMinor,
    taxMinor: price.taxMinor,
    feeTaxMinor: taxedFee.taxMinor,
    taxBasisPoints,
  }
}

/** The sums of the lines. As nothing is rounded here, giving back every line gives back exactly the total. */
export function sumLines(lines: readonly LineAmounts[]): BookingAmounts {
  const sum = (amountOf: (line: LineAmounts) => number) => lines.reduce((all, line) => all + amountOf(line), 0)
  const feesMinor = sum((line) => line.feeMinor)
  const taxMinor = sum((line) => line.taxMinor + line.feeTaxMinor)
  return { totalMinor: sum((line) => line.priceMinor) + feesMinor, feesMinor, taxMinor }
}

/** What is to pay for a listed amount, and the tax in it. */
function taxed(
  listed: { amountMinor: number; currency: string },
  basisPoints: number,
  mode: Rates['taxMode'],
): { grossMinor: number; taxMinor: number } {
  if (mode === 'INCLUDED') {
    return { grossMinor: listed.amountMinor, taxMinor: taxWithin(listed, basisPoints).amountMinor }
  }
  const taxMinor = percentOf(listed, basisPoints).amountMinor
  return { grossMinor: listed.amountMinor + taxMinor, taxMinor }
}
