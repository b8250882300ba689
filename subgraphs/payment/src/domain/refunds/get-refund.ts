import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { Ctx } from '../../context.ts'
import type { RefundRow } from '../../db/tables/payments.ts'
import { getPayment } from '../payments/get-payment.ts'
import { maySeeMoneyOf } from '../projections/partner-role.ts'

/** The refund, when the caller may see its payment; null otherwise. */
export async function getRefund(ctx: Ctx, id: string): Promise<RefundRow | null> {
  const refund = await ctx.load.refund.load(id)
  return refund && (await getPayment(ctx, refund.paymentId)) ? refund : null
}

/** The internal reason, for staff and the partner only: it is not written for the customer. */
export async function reasonFor(ctx: Ctx, { cause, paymentId, reason }: RefundRow): Promise<string | null> {
  if (cause !== 'STAFF') return reason
  const { partnerId } = await requireLoaded(ctx.load.payment, paymentId)
  return (await maySeeMoneyOf(ctx, partnerId)) ? reason : null
}
