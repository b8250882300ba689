const messages: Readonly<Record<string, string>> = {
  CARD_DECLINED: 'Your bank declined this card: try another one, or ask your bank.',
  INSUFFICIENT_FUNDS: 'There is not enough money on this card: try another one.',
  AUTHENTICATION_FAILED: 'Your bank could not confirm that it is you: try again, or use another card.',
  NOT_CHARGED: 'The payment did not go through, and nothing was charged: try again.',
  NOT_SENT: 'The payment service could not be reached, and nothing was charged: try again.',
}

/** What to tell a customer whose attempt to pay failed with that code. */
export function failureMessage(code: string): string {
  return messages[code] ?? 'The payment did not go through, and nothing was charged: try another card.'
}
