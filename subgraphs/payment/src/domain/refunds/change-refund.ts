import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments, type RefundRow, refunds } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import { partiesOf } from '../payments/payment-parties.ts'

/**
 * The columns of a refund that may change. Its cause never does, its amount only when the provider sent a different one.
 */
export type RefundChange = Partial<
  Omit<RefundRow, 'id' | 'paymentId' | 'partnerId' | 'currency' | 'cause' | 'causeId' | 'version' | 'createdAt'>
>

/**
 * Changes a refund, adjusts the payment's reserved amount, and emits the event. Every change of a refund goes through here.
 * For the transaction that locked the payment and read both rows; returns both after the change.
 */
export async function changeRefund(
  ctx: Ctx,
  { payment, refund }: { payment: PaymentRow; refund: RefundRow },
  change: RefundChange,
): Promise<{ payment: PaymentRow; refund: RefundRow }> {
  const changed = { ...refund, ...change, version: refund.version + 1 }
  await ctx.db
    .update(refunds)
    .set({ ...change, version: changed.version })
    .where(eq(refunds.id, refund.id))
  const taken = reservedOf(changed) - reservedOf(refund)
  await publishRefundChanged(ctx, payment, changed)
  return { payment: taken === 0 ? payment : await reserve(ctx, payment, taken), refund: changed }
}

/** Reserves an amount of the payment for refunds, or releases it when negative. */
export async function reserve(ctx: Ctx, payment: PaymentRow, amountMinor: number): Promise<PaymentRow> {
  const refundReservedMinor = payment.refundReservedMinor + amountMinor
  await ctx.db.update(payments).set({ refundReservedMinor }).where(eq(payments.id, payment.id))
  return { ...payment, refundReservedMinor }
}

/**
 * Emits a refund's state, so that booking never promises money that is already on its way. Money that was never due does
 * not concern booking.
 */
export async function publishRefundChanged(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const { cause } = refund
  if (cause === 'PAYMENT_ISSUE') return
  const status = refund.status === 'FAILED' || refund.status === 'NEEDS_REVIEW' ? 'PENDING' : refund.status
  const { id: refundId, version, causeId, requestedBy, tickets, messageToCustomer } = refund
  const amount = { amountMinor: refund.amountMinor, currency: refund.currency }
  const approvedBy = status === 'REJECTED' ? null : refund.decidedBy
  const state = {
    refundId,
    version,
    status,
    amount,
    cause,
    causeId,
    requestedBy,
    approvedBy,
    tickets,
    messageToCustomer,
  }
  await emit(ctx, 'payment.refundChanged', { subject: payment.id, data: { ...partiesOf(payment), ...state } })
}

/** The final refund for a cause. */
export interface RefundDecision extends Pick<RefundRow, 'cause' | 'causeId' | 'amountMinor'> {
  /** Null when nothing is refunded. */
  refundId: string | null
  /** Defaults to the payment's. */
  currency?: string
}

/** Emits the final refund for a cause, in the transaction that decided it under the payment's lock. */
export async function publishRefundDecided(ctx: Ctx, payment: PaymentRow, decision: RefundDecision): Promise<void> {
  const { refundId, cause, causeId, amountMinor } = decision
  if (cause === 'PAYMENT_ISSUE') return
  const amount = { amountMinor, currency: decision.currency ?? payment.currency }
  const data = { ...partiesOf(payment), refundId, amount, cause, causeId }
  await emit(ctx, 'payment.refundDecided', { subject: payment.id, data })
}

/** A failed refund is still owed; money that was never due is not part of what was captured for the booking. */
function reservedOf({ status, cause, amountMinor }: RefundRow): number {
  return status === 'REJECTED' || cause === 'PAYMENT_ISSUE' ? 0 : amountMinor
}
