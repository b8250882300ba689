import { percentOf } from '@tikitu/kit/base/money'
import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import type { Ctx } from '../../context.ts'
import type { PaymentRow } from '../../db/tables/payments.ts'

/**
 * The platform's commission on a payment at the current rate, which may differ by partner. It is charged on the tickets
 * only, as the fees are the platform's anyway.
 */
export async function commissionOf(ctx: Ctx, payment: PaymentRow): Promise<number> {
  const key = 'payment.commissionBasisPoints'
  const { type, fallback } = configKeys[key]
  const basisPoints = await readConfig(ctx, { key, scopes: [payment.partnerId], type, fallback })
  const price = { amountMinor: payment.amountMinor - payment.feesMinor, currency: payment.currency }
  return percentOf(price, basisPoints).amountMinor
}
