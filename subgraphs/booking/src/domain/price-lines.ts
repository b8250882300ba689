import { percentOf, taxWithin } from '@tikitu/kit/money'
import type { PerformanceRow } from '../db/tables/catalogue.ts'

/** What a performance adds to a price, and what is inside it. */
export type Rates = Pick<PerformanceRow, 'currency' | 'feeMinor' | 'feeBasisPoints' | 'taxBasisPoints'>

/** What one place costs: `priceMinor + feeMinor` is to pay, `taxMinor` is inside the price. */
export interface LineAmounts {
  priceMinor: number
  feeMinor: number
  taxMinor: number
}

/** What a booking costs: the exact sums of its lines. */
export interface BookingAmounts {
  totalMinor: number
  feesMinor: number
  taxMinor: number
}

/** The amounts of one place at that price. Each is rounded on its own line and never again. What is free has no fee. */
export function priceLine(rates: Rates, priceMinor: number): LineAmounts {
  const price = { amountMinor: priceMinor, currency: rates.currency }
  const feeMinor = priceMinor === 0 ? 0 : rates.feeMinor + percentOf(price, rates.feeBasisPoints).amountMinor
  return { priceMinor, feeMinor, taxMinor: taxWithin(price, rates.taxBasisPoints).amountMinor }
}

/** The sums of the lines. As nothing is rounded here, giving back every line gives back exactly the total. */
export function sumLines(lines: readonly LineAmounts[]): BookingAmounts {
  const sum = (amountOf: (line: LineAmounts) => number) => lines.reduce((all, line) => all + amountOf(line), 0)
  const feesMinor = sum((line) => line.feeMinor)
  return { totalMinor: sum((line) => line.priceMinor) + feesMinor, feesMinor, taxMinor: sum((line) => line.taxMinor) }
}
