import { setTimeout as pause } from 'node:timers/promises'
import type { PaymentProvider } from '../provider.ts'
import { WebhookRefused } from '../provider.ts'
import type { SandboxCtx } from './context.ts'
import { readSandboxEvent } from './events.ts'
import { cancelIntent, confirmIntent, findIntent } from './intents.ts'
import { exampleCards, requireCard, testCards } from './methods.ts'
import { findRefund, openRefund } from './refunds.ts'
import { intentReport } from './reports.ts'
import { signatureHeader, verifyWebhook } from './signature.ts'

/**
 * A provider for development and tests. It moves no money, but otherwise behaves like a real one: it keeps its own records,
 * takes time, is idempotent and reports by signed webhooks.
 */
export function createSandbox(ctx: SandboxCtx): PaymentProvider {
  const { delayMs, webhookSecrets } = ctx.sandbox
  return {
    name: 'sandbox',
    isMethod: (token) => Object.hasOwn(testCards, token),
    exampleMethods: exampleCards,
    confirm: async (order, signal) => {
      const intent = await confirmIntent(ctx, order)
      const card = requireCard(order.method)
      if (card.isUnanswered || card.isUnknown) await never(signal)
      await pause(delayMs, undefined, { signal })
      return intentReport(ctx, intent)
    },
    cancel: async (paymentId) => await cancelIntent(ctx, paymentId),
    find: async (paymentId) => {
      const intent = await findIntent(ctx, paymentId)
      return intent && intentReport(ctx, intent)
    },
    refund: async (order, signal) => {
      const report = await openRefund(ctx, order)
      await pause(delayMs, undefined, { signal })
      return report
    },
    findRefund: async (refundId) => await findRefund(ctx, refundId),
    openWebhook: ({ headers, body, now }) => {
      verifyWebhook(headers[signatureHeader], { body, secrets: webhookSecrets, now })
      return parseJson(body)
    },
    readEvent: readSandboxEvent,
  }
}

/** Never answers: ends when the caller aborts. */
async function never(signal: AbortSignal): Promise<never> {
  return await new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new WebhookRefused(400, 'the body is not JSON')
  }
}
