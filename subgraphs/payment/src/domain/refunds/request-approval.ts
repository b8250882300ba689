import { listApprovers } from '@tikitu/kit/access/approvers'
import type { Ctx } from '../../context.ts'
import type { PaymentRow, RefundRow } from '../../db/tables/payments.ts'
import { partnerMembers } from '../../db/tables/projections.ts'
import { emit } from '../../emit.ts'
import { partiesOf } from '../payments/payment-parties.ts'

/** Notifies everybody who can approve a refund. */
export async function requestApproval(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const { id: refundId, amountMinor, currency, requestedBy } = refund
  const approverIds = await listApprovers(ctx, partnerMembers, { partnerId: payment.partnerId, requestedBy })
  const data = { ...partiesOf(payment), refundId, amount: { amountMinor, currency }, requestedBy, approverIds }
  await emit(ctx, 'payment.approvalRequested', { subject: refundId, data })
}
