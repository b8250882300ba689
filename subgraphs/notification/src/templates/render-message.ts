import type { Channel } from '../db/columns.ts'
import { fillLine, fillMarkup, type View } from './fill-template.ts'
import { type Footer, footerMarkup } from './footer.ts'
import type { TemplateText } from './lint-template.ts'
import { renderEmail } from './render-email.ts'

/** A message in words. `html` is there for e-mail alone. */
export interface RenderedMessage {
  title: string
  /** Plain text. */
  body: string
  html: string | null
}

/** How a message is written. */
export interface RenderOptions {
  channel: Channel
  /** The template's language. */
  locale: string
  /** What stands below an e-mail. */
  footer?: Footer
}

/** What a text message may be at most: four parts of it. */
const maxSmsLength = 600

/** Fills in a template for a channel. */
export function renderMessage(template: TemplateText, view: View, how: RenderOptions): RenderedMessage {
  const title = fillLine(template.title, view)
  if (how.channel === 'EMAIL') {
    const footer = how.footer ? footerMarkup(how.footer, how.locale) : ''
    const { html, text } = renderEmail(fillMarkup(template.body, view), { title, locale: how.locale, footer })
    return { title, body: text, html }
  }
  const body = fillLine(template.body, view)
  if (how.channel === 'SMS' && body.length > maxSmsLength) {
    return { title, body: `${body.slice(0, maxSmsLength - 1)}…`, html: null }
  }
  return { title, body, html: null }
}
