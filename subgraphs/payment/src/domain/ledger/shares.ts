import type { PaymentRow } from '../../db/tables/payments.ts'

/** How an amount divides among those it belongs to. In the smallest unit. */
export interface Shares {
  /** What the partner earns, without tax. */
  partner: number
  /** The tax on the tickets, which the partner owes to its tax office. */
  partnerTax: number
  /** The platform's fees, without tax. */
  fees: number
  /** The tax on the fees, which the platform owes. */
  feesTax: number
  commission: number
}

/** What the division hangs on. */
export type ShareBasis = Pick<
  PaymentRow,
  'amountMinor' | 'feesMinor' | 'taxMinor' | 'feesTaxMinor' | 'splitsTax' | 'commissionMinor'
>

/**
 * How the first `amountMinor` of what was captured divides. Exact: the parts add up to it, the whole divides into exactly the
 * fees, the commission, the taxes and the rest, and no part shrinks as the amount grows, so a refund never costs anybody less than 0.
 */
export function sharesOf(payment: ShareBasis, amountMinor: number): Shares {
  const { amountMinor: total, feesMinor, commissionMinor } = payment
  const platformInAll = feesMinor + commissionMinor
  const platform = portion(amountMinor, platformInAll, total)
  const grossFees = portion(platform, feesMinor, platformInAll)
  const grossPartner = amountMinor - platform
  const taxes = taxesOf(payment)
  const feesTax = portion(grossFees, taxes.fees, feesMinor)
  const partnerTax = portion(grossPartner, taxes.tickets, total - platformInAll)
  return {
    partner: grossPartner - partnerTax,
    partnerTax,
    fees: grossFees - feesTax,
    feesTax,
    commission: platform - grossFees,
  }
}

/** The taxes in all, never more than what they are inside of. Payments from before tax had accounts of its own have none. */
function taxesOf(payment: ShareBasis): { tickets: number; fees: number } {
  if (!payment.splitsTax) return { tickets: 0, fees: 0 }
  const { amountMinor: total, feesMinor, taxMinor, feesTaxMinor, commissionMinor } = payment
  return {
    tickets: Math.max(0, Math.min(taxMinor - feesTaxMinor, total - feesMinor - commissionMinor)),
    fees: Math.min(feesTaxMinor, feesMinor),
  }
}

/** `amount` × `part` ÷ `whole`, rounded down; nothing of nothing. Through BigInt, as the product may be beyond 2^53. */
function portion(amount: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole))
}
