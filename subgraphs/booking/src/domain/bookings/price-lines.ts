import { percentOf, taxWithin } from '@tikitu/kit/base/money'
import type { PerformanceRow, PriceTierRow } from '../../db/tables/catalogue.ts'

/** Fees and tax rates of a performance. */
export type Rates = Pick<
  PerformanceRow,
  'currency' | 'feeMinor' | 'feeBasisPoints' | 'taxBasisPoints' | 'feeTaxBasisPoints' | 'taxMode'
>

/** Price and tax rate of a tier. */
export type TierPrice = Pick<PriceTierRow, 'priceMinor' | 'taxBasisPoints'>

/**
 * Amounts of one seat. The customer pays `priceMinor + feeMinor`. `taxMinor` is included in the price and `feeTaxMinor` in the
 * fee, also when tax is added to the price of the tier.
 */
export interface LineAmounts {
  priceMinor: number
  feeMinor: number
  taxMinor: number
  feeTaxMinor: number
  taxBasisPoints: number
}

/** Totals of a booking: the exact sums of its lines. Tax covers prices and fees. */
export interface BookingAmounts {
  totalMinor: number
  feesMinor: number
  taxMinor: number
}

/** Amounts of one seat at the tier, rounded once per line. A free seat has no fee. */
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

/** Sums of the lines. Nothing is rounded here, so refunding every line refunds exactly the total. */
export function sumLines(lines: readonly LineAmounts[]): BookingAmounts {
  const sum = (amountOf: (line: LineAmounts) => number) => lines.reduce((all, line) => all + amountOf(line), 0)
  const feesMinor = sum((line) => line.feeMinor)
  const taxMinor = sum((line) => line.taxMinor + line.feeTaxMinor)
  return { totalMinor: sum((line) => line.priceMinor) + feesMinor, feesMinor, taxMinor }
}

/** The amount due for a listed amount, and the tax included in it. */
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
