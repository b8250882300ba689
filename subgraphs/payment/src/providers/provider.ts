import type { IncomingHttpHeaders } from 'node:http'
import type { Money } from '@tikitu/kit/base/money'

/** What a provider reports about a payment, in a response or a webhook. A report never becomes untrue. */
export interface PaymentUpdate {
  kind: 'payment'
  paymentId: string
  /** The attempt; null when the provider names none. */
  attemptId: string | null
  outcome: 'REQUIRES_ACTION' | 'PROCESSING' | 'FAILED' | 'CAPTURED' | 'CANCELLED'
  amount: Money
  /** Why the attempt failed: `CARD_DECLINED`, `INSUFFICIENT_FUNDS`, … */
  failureCode: string | null
  /** The page for the customer to open while action is required. */
  actionUrl: string | null
  at: Date
}

/** What a provider reports about a refund. */
export interface RefundUpdate {
  kind: 'refund'
  refundId: string
  paymentId: string
  outcome: 'PENDING' | 'SUCCEEDED' | 'FAILED'
  amount: Money
  failureCode: string | null
  at: Date
}

/** A webhook's content. `id` is the provider's own and the same for every delivery. */
export interface ProviderEvent {
  id: string
  type: string
  report: PaymentUpdate | RefundUpdate
}

/** One attempt to pay. Idempotent: a provider that knows the attempt returns its outcome. */
export interface ConfirmOrder {
  paymentId: string
  attemptId: string
  amount: Money
  method: string
  /** The return URL after the provider's page, with our `payment_id` added. Null when there is none. */
  returnUrl: string | null
}

/** A refund to make. Idempotent: a provider that knows the refund returns its outcome. */
export interface RefundOrder {
  refundId: string
  paymentId: string
  amount: Money
}

/** An incoming webhook request. */
export interface WebhookRequest {
  headers: IncomingHttpHeaders
  body: Buffer
  now: Date
}

/**
 * A payment provider. Objects are identified by our ids, so that every call can be repeated. A call may reject; unless it
 * rejects with `NotSent`, its outcome is unknown. A payment is captured at most once.
 */
export interface PaymentProvider {
  name: string
  /** Whether the token is one of its payment methods. */
  isMethod: (token: string) => boolean
  /** Example tokens for an error message; empty where tokens are made for each customer. */
  exampleMethods: readonly string[]
  confirm: (order: ConfirmOrder, signal: AbortSignal) => Promise<PaymentUpdate>
  /** Cancels a payment unless it was captured, and returns its state; null when the provider does not know it. */
  cancel: (paymentId: string, signal: AbortSignal) => Promise<PaymentUpdate | null>
  /** The state of a payment; null when the provider does not know it. */
  find: (paymentId: string, signal: AbortSignal) => Promise<PaymentUpdate | null>
  refund: (order: RefundOrder, signal: AbortSignal) => Promise<RefundUpdate>
  findRefund: (refundId: string, signal: AbortSignal) => Promise<RefundUpdate | null>
  /** Verifies a webhook's signature and returns its content. @throws {WebhookRefused} */
  openWebhook: (request: WebhookRequest) => unknown
  /** Parses what `openWebhook` returned, also after it was stored. @throws {WebhookRefused} */
  readEvent: (content: unknown) => ProviderEvent
}

/** The request was not sent, so it is safe to send it again. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
}

/** The webhook's signature is invalid or too old, or its content is malformed. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused'
  readonly status: 400 | 401
  constructor(status: 400 | 401, message: string) {
    super(message)
    this.status = status
  }
}
