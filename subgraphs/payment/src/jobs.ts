import type { Task } from '@tikitu/kit/messaging/jobs'
import { deliverEvent, eventDeliveryTask, type Transport } from '@tikitu/kit/messaging/outbox'
import { createJobCtx, createSandboxCtx, type PaymentDeps } from './context.ts'
import { checkLedger, checkLedgerTask, takeLedgerSnapshot } from './domain/ledger/ledger-snapshots.ts'
import { cancelPayment, cancelTask } from './domain/payments/cancel-payment.ts'
import { reconcilePayment, reconcileTask } from './domain/payments/reconcile-payment.ts'
import { reconcileStale } from './domain/payments/reconcile-stale.ts'
import { sendRefundTask } from './domain/refunds/open-refund.ts'
import { sendRefund } from './domain/refunds/send-refund.ts'
import { deferredTask, handleDeferredWebhook } from './domain/webhooks/handle-webhook.ts'
import { deliver, deliverTask } from './providers/sandbox/events.ts'
import { completeIntent, completeIntentTask as sandboxSettleTask } from './providers/sandbox/intents.ts'
import { completeRefund } from './providers/sandbox/refunds.ts'

/** Background tasks of payment and of the sandbox. */
export function tasks(deps: PaymentDeps, transport: Transport): Record<string, Task> {
  return {
    [eventDeliveryTask]: deliverEvent(transport),
    [reconcileTask]: async (job) =>
      await reconcilePayment(createJobCtx(deps), (job as { paymentId: string }).paymentId),
    [cancelTask]: async (job) => await cancelPayment(createJobCtx(deps), (job as { paymentId: string }).paymentId),
    [sendRefundTask]: async (job) => await sendRefund(createJobCtx(deps), (job as { refundId: string }).refundId),
    [deferredTask]: async (job) => {
      const { provider, eventId } = job as { provider: string; eventId: string }
      await handleDeferredWebhook(createJobCtx(deps), provider, eventId)
    },
    reconcileStale: async () => await reconcileStale(createJobCtx(deps)),
    takeLedgerSnapshot: async () => await takeLedgerSnapshot(createJobCtx(deps)),
    [checkLedgerTask]: async () => void (await checkLedger(createJobCtx(deps))),
    ...sandboxTasks(deps),
  }
}

/** Cron schedule. */
export const crontab = `
* * * * * reconcileStale
* * * * * takeLedgerSnapshot
47 3 * * * checkLedger
`

function sandboxTasks(deps: PaymentDeps): Record<string, Task> {
  return {
    [deliverTask]: async (job) => await deliver(createSandboxCtx(deps), (job as { eventId: string }).eventId),
    [sandboxSettleTask]: async (job) => {
      const { intentId, refundId } = job as { intentId?: string; refundId?: string }
      if (intentId) await completeIntent(createSandboxCtx(deps), intentId)
      if (refundId) await completeRefund(createSandboxCtx(deps), refundId)
    },
  }
}
