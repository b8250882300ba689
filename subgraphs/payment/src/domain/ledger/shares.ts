import type { PaymentRow } from '../../db/tables/payments.ts'

/** The shares of an amount, in the smallest unit. */
export interface Shares {
  /** The partner's earnings, without tax. */
  partner: number
  /** The tax on the tickets, which the partner owes to its tax authority. */
  partnerTax: number
  /** The platform's fees, without tax. */
  fees: number
  /** The tax on the fees, which the platform owes. */
  feesTax: number
  commission: number
}

/** What the shares depend on. */
export type ShareBasis = Pick<
  PaymentRow,
  'amountMinor' | 'feesMinor' | 'taxMinor' | 'feesTaxMinor' | 'splitsTax' | 'commissionMinor'
>

/**
 * The shares of the first `amountMinor` of the capture. Exact: they add up to it, the whole divides into exactly the fees,
 * the commission, the taxes and the rest, and no share shrinks as the amount grows, so a refund never costs anybody less
 * than 0.
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

/** The total taxes, at most what contains them. Payments from before tax had separate accounts have none. */
function taxesOf(payment: ShareBasis): { tickets: number; fees: number } {
  if (!payment.splitsTax) return { tickets: 0, fees: 0 }
  const { amountMinor: total, feesMinor, taxMinor, feesTaxMinor, commissionMinor } = payment
  return {
    tickets: Math.max(0, Math.min(taxMinor - feesTaxMinor, total - feesMinor - commissionMinor)),
    fees: Math.min(feesTaxMinor, feesMinor),
  }
}

/** `amount` × `part` ÷ `whole`, rounded down; 0 of 0. Through BigInt, as the product may exceed 2^53. */
function portion(amount: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole))
}
