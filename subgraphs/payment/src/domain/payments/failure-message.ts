const messages: Readonly<Record<string, string>> = {
  CARD_DECLINED: 'Your bank declined this card. Try another card or contact your bank.',
  INSUFFICIENT_FUNDS: 'This card has insufficient funds. Try another card.',
  AUTHENTICATION_FAILED: 'Your bank could not verify your identity. Try again or use another card.',
  NOT_CHARGED: 'The payment failed and nothing was charged. Try again.',
  NOT_SENT: 'We could not reach the payment service. Nothing was charged. Try again.',
}

/** The message to the customer for a failure code. */
export function failureMessage(code: string): string {
  return messages[code] ?? 'The payment failed and nothing was charged. Try another card.'
}
