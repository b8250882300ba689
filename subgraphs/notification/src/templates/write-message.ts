import type { Channel } from '../db/columns.ts'
import { fillLine, fillMarkup, type View } from './fill.ts'
import { type Foot, footMarkup } from './foot.ts'
import type { TemplateText } from './lint-template.ts'
import { renderEmail } from './render-email.ts'

/** A message in words. `html` is there for e-mail alone. */
export interface Written {
  title: string
  /** Plain text. */
  body: string
  html: string | null
}

/** How a message is written. */
export interface Manner {
  channel: Channel
  /** The template's language. */
  locale: string
  /** What stands below an e-mail. */
  foot?: Foot
}

/** What a text message may be at most: four parts of it. */
const maxSmsLength = 600

/** Fills in a template for a channel. */
export function writeMessage(template: TemplateText, view: View, how: Manner): Written {
  const title = fillLine(template.title, view)
  if (how.channel === 'EMAIL') {
    const foot = how.foot ? footMarkup(how.foot, how.locale) : ''
    const { html, text } = renderEmail(fillMarkup(template.body, view), { title, locale: how.locale, foot })
    return { title, body: text, html }
  }
  const body = fillLine(template.body, view)
  if (how.channel === 'SMS' && body.length > maxSmsLength) {
    return { title, body: `${body.slice(0, maxSmsLength - 1)}…`, html: null }
  }
  return { title, body, html: null }
}
