import { formatMoney } from '@tikitu/kit/base/money'
import type { SandboxIntentRow } from './tables.ts'

/** The 3-D Secure page on which a customer approves a payment. */
export function challengePage(intent: Pick<SandboxIntentRow, 'amountMinor' | 'currency'>): string {
  return page(
    'Confirm your payment',
    `<p>A shop requests <strong>${escaped(formatMoney(intent, 'en'))}</strong>. Do you approve this payment?</p>
    <form method="post">
      <button name="answer" value="approve" class="main">Approve</button>
      <button name="answer" value="fail">Fail</button>
    </form>`,
  )
}

/** The page after the customer's answer. */
export function donePage(isApproved: boolean): string {
  return isApproved
    ? page('Payment approved', '<p>You can close this page and go back to the shop.</p>')
    : page('Payment not approved', '<p>Nothing was charged. Go back to the shop to try another card.</p>')
}

/** The page for a challenge that is closed or unknown. */
export function closedPage(): string {
  return page('This page is closed', '<p>There is nothing left to confirm. Go back to the shop.</p>')
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title}</title>
  <style>
    body { font: 17px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1.5rem; color: #1d2733 }
    h1 { font-size: 1.4rem } small { color: #5b6875 }
    button { font: inherit; padding: .6rem 1.4rem; border-radius: .5rem; border: 1px solid #9aa7b4; background: #fff }
    button.main { background: #1b5e3f; border-color: #1b5e3f; color: #fff; margin-right: .5rem }
  </style>
</head>
<body>
  <small>Sandbox bank: no money moves here</small>
  <h1>${title}</h1>
  ${body}
</body>
</html>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}
