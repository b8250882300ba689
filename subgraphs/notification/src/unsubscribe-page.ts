import type { Subscription } from './domain/preferences/unsubscribe.ts'

const names: Partial<Record<Subscription['category'], string>> = {
  MARKETING: 'marketing',
  ANNOUNCEMENTS: 'announcements',
}

/** Asks whether to end mails of a category. */
export function confirmPage(subscription: Subscription): string {
  return page(
    'Unsubscribe',
    `<p>Stop e-mails about ${nameOf(subscription)}?</p><form method="post"><button>Unsubscribe</button></form>`,
  )
}

/** Says that it is done. */
export function unsubscribedPage(subscription: Subscription): string {
  return page(
    'Unsubscribed',
    `<p>You will no longer get e-mails about ${nameOf(subscription)}. You will still get e-mails about your tickets.</p>`,
  )
}

/** For a link that is none of ours. */
export function unknownPage(): string {
  return page(
    'Link not found',
    '<p>This link is not valid. Use the link in the e-mail, or change your preferences in the app.</p>',
  )
}

function nameOf({ category }: Subscription): string {
  return names[category] ?? category.toLowerCase()
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1>${body}</html>`
}
