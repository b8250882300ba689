import type { Payload } from '@tikitu/schema/events/registry'
import type { Ctx } from '../../context.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { auditRefund } from './audit-refund.ts'
import { changeRefund } from './change-refund.ts'
import { sendLater } from './open-refund.ts'
import { requireRefund } from './read-refund.ts'

/** Sends a refund by staff after booking cancelled its tickets. Once. It is emitted as the refund of that cancellation. */
export async function sendTicketRefund(
  ctx: Ctx,
  { paymentId, refundId, cancellationId }: { paymentId: string; refundId: string; cancellationId: string },
): Promise<void> {
  const payment = await lockPayment(ctx, paymentId)
  const refund = await requireRefund(ctx, refundId)
  if (refund.status !== 'ENDING_TICKETS') return
  const { refund: approved } = await changeRefund(ctx, { payment, refund }, { status: 'APPROVED' })
  await sendLater(ctx, payment, { ...approved, cause: 'TICKETS_CANCELLED', causeId: cancellationId })
}

/** Rejects a refund by staff whose tickets booking could not cancel, because one was used, say. Its money is free again. */
export async function applyRefundRefused(ctx: Ctx, refused: Payload<'booking.refundRefused'>): Promise<void> {
  const payment = await lockPayment(ctx, refused.paymentId)
  const refund = await requireRefund(ctx, refused.refundId)
  if (refund.status !== 'ENDING_TICKETS') return
  const change = { status: 'REJECTED' as const, failureCode: refused.code, completedAt: ctx.now() }
  const { refund: rejected } = await changeRefund(ctx, { payment, refund }, change)
  await auditRefund(ctx, { action: 'refuseRefund', payment, refund: rejected })
}
