import type { Ctx } from '../../context.ts'
import type { PaymentRow, RefundRow } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'

/** Writes the audit entry of a decision about a refund, in the transaction that made it. */
export async function auditRefund(
  ctx: Ctx,
  { action, payment, refund }: { action: string; payment: PaymentRow; refund: RefundRow },
): Promise<void> {
  const { id, status, amountMinor, currency, reason, tickets } = refund
  const changes = { paymentId: payment.id, status, amountMinor, currency, tickets }
  const data = { action, subjectType: 'Refund', subjectId: id, partnerId: payment.partnerId, reason, changes }
  await emit(ctx, 'payment.audited', { subject: id, data })
}
