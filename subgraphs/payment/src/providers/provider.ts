import type { IncomingHttpHeaders } from 'node:http'
import type { Money } from '@tikitu/kit/base/money'

/** What a provider says of a payment, in an answer, in a webhook, or when asked. Each is true for good once it was said. */
export interface PaymentUpdate {
  kind: 'payment'
  paymentId: string
  /** The attempt it speaks of; null when it speaks of none. */
  attemptId: string | null
  outcome: 'REQUIRES_ACTION' | 'PROCESSING' | 'FAILED' | 'CAPTURED' | 'CANCELLED'
  amount: Money
  /** Why the attempt failed: `CARD_DECLINED`, `INSUFFICIENT_FUNDS`, … */
  failureCode: string | null
  /** Where the customer has to go, while action is required. */
  actionUrl: string | null
  at: Date
}

/** What a provider says of a refund. */
export interface RefundUpdate {
  kind: 'refund'
  refundId: string
  paymentId: string
  outcome: 'PENDING' | 'SUCCEEDED' | 'FAILED'
  amount: Money
  failureCode: string | null
  at: Date
}

/** A webhook's content. `id` is the provider's, the same however often it is delivered. */
export interface ProviderEvent {
  id: string
  type: string
  report: PaymentUpdate | RefundUpdate
}

/** One try to pay. A provider that has seen this attempt before answers with what came of it. */
export interface ConfirmOrder {
  paymentId: string
  attemptId: string
  amount: Money
  method: string
  /** Where to send the customer back to after a page of the provider's, with our `payment_id` added. Null: nowhere. */
  returnUrl: string | null
}

/** A refund to make. A provider that has seen this refund before answers with what came of it. */
export interface RefundOrder {
  refundId: string
  paymentId: string
  amount: Money
}

/** A webhook request, as it came. */
export interface WebhookRequest {
  headers: IncomingHttpHeaders
  body: Buffer
  now: Date
}

/**
 * Who moves the money. Objects go by our ids, so that no answer is needed to ask again. A call may reject; unless it
 * rejects with `NotSent`, nobody knows what came of it. A payment is captured once, whatever is asked.
 */
export interface PaymentProvider {
  name: string
  /** Whether the token has the form of one of its payment methods. */
  isMethod: (token: string) => boolean
  /** Tokens to name to whoever sent one that is none; empty where tokens are made for each customer. */
  exampleMethods: readonly string[]
  confirm: (order: ConfirmOrder, signal: AbortSignal) => Promise<PaymentUpdate>
  /** Ends a payment that was not captured; answers what became of it, or null when it never heard of it. */
  cancel: (paymentId: string, signal: AbortSignal) => Promise<PaymentUpdate | null>
  /** What became of a payment; null when it never heard of it. */
  find: (paymentId: string, signal: AbortSignal) => Promise<PaymentUpdate | null>
  refund: (order: RefundOrder, signal: AbortSignal) => Promise<RefundUpdate>
  findRefund: (refundId: string, signal: AbortSignal) => Promise<RefundUpdate | null>
  /** The content of a webhook, once its signature is known to be the provider's. @throws {WebhookRefused} */
  openWebhook: (request: WebhookRequest) => unknown
  /** Reads what `openWebhook` gave, also when it was kept meanwhile. @throws {WebhookRefused} */
  readEvent: (content: unknown) => ProviderEvent
}

/** The request did not leave, so nothing came of it: it may be sent again. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
}

/** The webhook is not signed by the provider, too old, or not in its form. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused'
  readonly status: 400 | 401
  constructor(status: 400 | 401, message: string) {
    super(message)
    this.status = status
  }
}
