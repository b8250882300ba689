/** What a test card does when somebody pays with it. */
export interface TestCard {
  status: 'CAPTURED' | 'FAILED' | 'REQUIRES_ACTION' | 'PROCESSING'
  failureCode?: string
  /** The answer never comes, and the webhook is late: whoever wants to know has to ask. */
  isSilent?: boolean
  /** Webhooks come twice, and once more under another event id. */
  isTwice?: boolean
  refundFailureCode?: string
}

/** The sandbox's payment methods. They stand for cards, as no card number ever reaches us. */
export const testCards: Readonly<Record<string, TestCard>> = {
  pm_sandbox_approved: { status: 'CAPTURED' },
  pm_sandbox_declined: { status: 'FAILED', failureCode: 'CARD_DECLINED' },
  pm_sandbox_insufficient_funds: { status: 'FAILED', failureCode: 'INSUFFICIENT_FUNDS' },
  pm_sandbox_3ds: { status: 'REQUIRES_ACTION' },
  pm_sandbox_timeout: { status: 'CAPTURED', isSilent: true },
  pm_sandbox_twice: { status: 'CAPTURED', isTwice: true },
  pm_sandbox_pending: { status: 'PROCESSING' },
  pm_sandbox_refund_fails: { status: 'CAPTURED', refundFailureCode: 'CARD_CLOSED' },
}

/** The card behind a token. @throws when there is none */
export function requireCard(token: string | null): TestCard {
  const card = token === null ? undefined : testCards[token]
  if (!card) throw new Error(`the sandbox has no payment method ${token}`)
  return card
}
