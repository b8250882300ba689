import { and, desc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, refunds } from '../../db/tables/payments.ts'
import { auditRefund } from './audit-refund.ts'
import { changeRefund } from './change-refund.ts'
import { refundableOf } from './open-refund.ts'

/**
 * Frees money for a refund that is owed by rejecting requests awaiting approval, newest first, until the amount is
 * available. The caller's transaction has locked the payment. Returns the changed payment.
 */
export async function withdrawRequests(ctx: Ctx, payment: PaymentRow, neededMinor: number): Promise<PaymentRow> {
  const requests = await ctx.db
    .select()
    .from(refunds)
    .where(and(eq(refunds.paymentId, payment.id), eq(refunds.status, 'REQUESTED')))
    .orderBy(desc(refunds.id))
  let left = payment
  for (const request of requests) {
    if (refundableOf(left) >= neededMinor) break
    const withdrawn = { status: 'REJECTED' as const, decidedBy: 'service:booking', settledAt: ctx.now() }
    const changed = await changeRefund(ctx, { payment: left, refund: request }, withdrawn)
    left = changed.payment
    await auditRefund(ctx, { action: 'withdrawRefund', payment, refund: changed.refund })
  }
  return left
}
