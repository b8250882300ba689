import type { PaymentUpdate, RefundUpdate } from '../provider.ts'
import type { SandboxCtx } from './context.ts'
import type { SandboxIntentRow, SandboxRefundRow } from './tables.ts'

/** The sandbox's report about an intent. */
export function intentReport(ctx: SandboxCtx, intent: SandboxIntentRow): PaymentUpdate {
  return {
    kind: 'payment',
    paymentId: intent.orderId,
    attemptId: intent.attemptId,
    outcome: intent.status === 'CREATED' ? 'PROCESSING' : intent.status,
    amount: { amountMinor: intent.amountMinor, currency: intent.currency },
    failureCode: intent.failureCode,
    actionUrl: intent.challenge ? `${ctx.sandbox.publicUrl}/sandbox/3ds/${intent.challenge}` : null,
    at: intent.updatedAt,
  }
}

/** The sandbox's report about a refund. */
export function refundReport(refund: SandboxRefundRow, intent: SandboxIntentRow): RefundUpdate {
  return {
    kind: 'refund',
    refundId: refund.refundId,
    paymentId: intent.orderId,
    outcome: refund.status,
    amount: { amountMinor: refund.amountMinor, currency: intent.currency },
    failureCode: refund.failureCode,
    at: refund.updatedAt,
  }
}
