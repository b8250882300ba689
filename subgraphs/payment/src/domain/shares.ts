import type { PaymentRow } from '../db/tables/payments.ts'

/** How an amount divides among those it belongs to. In the smallest unit. */
export interface Shares {
  partner: number
  fees: number
  commission: number
}

/**
 * How the first `amountMinor` of what was captured divides. Exact: the parts add up to it, the whole divides into exactly the
 * fees, the commission and the rest, and no part shrinks as the amount grows, so a refund never costs anybody less than 0.
 */
export function sharesOf(
  { amountMinor: total, feesMinor, commissionMinor }: Pick<PaymentRow, 'amountMinor' | 'feesMinor' | 'commissionMinor'>,
  amountMinor: number,
): Shares {
  const platformInAll = feesMinor + commissionMinor
  const platform = portion(amountMinor, platformInAll, total)
  const fees = platformInAll === 0 ? 0 : portion(platform, feesMinor, platformInAll)
  return { partner: amountMinor - platform, fees, commission: platform - fees }
}

/** `amount` × `part` ÷ `whole`, rounded down. Through BigInt, as the product may be beyond 2^53. */
function portion(amount: number, part: number, whole: number): number {
  return Number((BigInt(amount) * BigInt(part)) / BigInt(whole))
}
