import type { Ctx } from '../context.ts'
import type { RefundRow } from '../db/tables/payments.ts'
import { getPayment } from './get-payment.ts'

/** The refund, when the caller may see its payment; null otherwise. */
export async function getRefund(ctx: Ctx, id: string): Promise<RefundRow | null> {
  const refund = await ctx.load.refund.load(id)
  return refund && (await getPayment(ctx, refund.paymentId)) ? refund : null
}
