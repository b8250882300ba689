/** The behaviour of a test card. */
export interface TestCard {
  status: 'CAPTURED' | 'FAILED' | 'REQUIRES_ACTION' | 'PROCESSING'
  failureCode?: string
  /** The request is never answered, and the webhook is late: the merchant has to reconcile. */
  isUnanswered?: boolean
  /** Webhooks are delivered twice, and again under another event id. */
  isDuplicated?: boolean
  /** The wrong amount that it captures. */
  captures?: 'LESS' | 'MORE' | 'OTHER_CURRENCY'
  /** The amount is captured again, for an attempt that nobody made. */
  isCapturedTwice?: boolean
  /** The attempt fails, but is captured shortly afterwards. */
  isCapturedLate?: boolean
  /** Its outcome is never reported, even on request. */
  isUnknown?: boolean
  refundFailureCode?: string
  /** How its refunds misbehave. */
  refunds?: 'FAIL_ONCE' | 'COME_BACK' | 'LESS' | 'MORE' | 'NEVER_END'
}

/** The sandbox's payment methods: tokens, as card numbers never reach us. */
export const testCards: Readonly<Record<string, TestCard>> = {
  pm_sandbox_approved: { status: 'CAPTURED' },
  pm_sandbox_declined: { status: 'FAILED', failureCode: 'CARD_DECLINED' },
  pm_sandbox_insufficient_funds: { status: 'FAILED', failureCode: 'INSUFFICIENT_FUNDS' },
  pm_sandbox_3ds: { status: 'REQUIRES_ACTION' },
  pm_sandbox_timeout: { status: 'CAPTURED', isUnanswered: true },
  pm_sandbox_twice: { status: 'CAPTURED', isDuplicated: true },
  pm_sandbox_pending: { status: 'PROCESSING' },
  pm_sandbox_captures_less: { status: 'CAPTURED', captures: 'LESS' },
  pm_sandbox_captures_more: { status: 'CAPTURED', captures: 'MORE' },
  pm_sandbox_captures_other_currency: { status: 'CAPTURED', captures: 'OTHER_CURRENCY' },
  pm_sandbox_captured_twice: { status: 'CAPTURED', isCapturedTwice: true },
  pm_sandbox_captured_late: { status: 'FAILED', failureCode: 'CARD_DECLINED', isCapturedLate: true },
  pm_sandbox_unknown: { status: 'PROCESSING', isUnknown: true },
  pm_sandbox_refund_fails: { status: 'CAPTURED', refundFailureCode: 'CARD_CLOSED' },
  pm_sandbox_refund_fails_once: { status: 'CAPTURED', refundFailureCode: 'CARD_CLOSED', refunds: 'FAIL_ONCE' },
  pm_sandbox_refund_comes_back: { status: 'CAPTURED', refunds: 'COME_BACK' },
  pm_sandbox_refund_less: { status: 'CAPTURED', refunds: 'LESS' },
  pm_sandbox_refund_more: { status: 'CAPTURED', refunds: 'MORE' },
  pm_sandbox_refund_unknown: { status: 'CAPTURED', refunds: 'NEVER_END' },
}

/** The cards named in error messages. The others cause payment issues. */
export const exampleCards: readonly string[] = [
  'pm_sandbox_approved',
  'pm_sandbox_3ds',
  'pm_sandbox_declined',
  'pm_sandbox_insufficient_funds',
  'pm_sandbox_pending',
  'pm_sandbox_timeout',
]

/** The difference of a wrong amount, in the smallest unit. */
const offMinor = 100

/** A wrong amount, never zero. */
export function deviatingAmount(amountMinor: number, which: 'LESS' | 'MORE'): number {
  return which === 'MORE' ? amountMinor + offMinor : amountMinor > offMinor ? amountMinor - offMinor : 1
}

/** The card of a token. @throws when there is none */
export function requireCard(token: string | null): TestCard {
  const card = token === null ? undefined : testCards[token]
  if (!card) throw new Error(`the sandbox has no payment method ${token}`)
  return card
}
