/** What a test card does when somebody pays with it. */
export interface TestCard {
  status: 'CAPTURED' | 'FAILED' | 'REQUIRES_ACTION' | 'PROCESSING'
  failureCode?: string
  /** The answer never comes, and the webhook is late: whoever wants to know has to ask. */
  isUnanswered?: boolean
  /** Webhooks come twice, and once more under another event id. */
  isDuplicated?: boolean
  /** What is captured in place of what was asked. */
  captures?: 'LESS' | 'MORE' | 'OTHER_CURRENCY'
  /** The sum is captured a second time, for a try that nobody made. */
  isCapturedTwice?: boolean
  /** It fails at first, and is captured a little later all the same. */
  isCapturedLate?: boolean
  /** Nobody is ever told what came of it, whoever asks. */
  isUnknown?: boolean
  refundFailureCode?: string
  /** What its refunds do besides: fail the first time only, come back later, be another sum, or never end. */
  refunds?: 'FAIL_ONCE' | 'COME_BACK' | 'LESS' | 'MORE' | 'NEVER_END'
}

/** The sandbox's payment methods. They stand for cards, as no card number ever reaches us. */
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

/** The cards that a client tries first. The others end in payment issues. */
export const exampleCards: readonly string[] = [
  'pm_sandbox_approved',
  'pm_sandbox_3ds',
  'pm_sandbox_declined',
  'pm_sandbox_insufficient_funds',
  'pm_sandbox_pending',
  'pm_sandbox_timeout',
]

/** By how much a card that takes or gives another sum is off, in the smallest unit. */
const offMinor = 100

/** A sum that is off by a little, and never nothing. */
export function offBy(amountMinor: number, which: 'LESS' | 'MORE'): number {
  return which === 'MORE' ? amountMinor + offMinor : amountMinor > offMinor ? amountMinor - offMinor : 1
}

/** The card behind a token. @throws when there is none */
export function requireCard(token: string | null): TestCard {
  const card = token === null ? undefined : testCards[token]
  if (!card) throw new Error(`the sandbox has no payment method ${token}`)
  return card
}
