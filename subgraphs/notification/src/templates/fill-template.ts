import Mustache from 'mustache'
import { escapeMarkup } from './parse-markup.ts'

/** What a template is filled in with: texts, lists of such, and nothing that could run. */
export interface View {
  [name: string]: string | number | boolean | View | readonly View[] | readonly string[]
}

/** Fills in the body of an e-mail. A value never becomes markup. */
export function fillMarkup(template: string, view: View): string {
  return Mustache.render(template, view, {}, { escape: (value) => escapeMarkup(String(value)) })
}

/** Fills in a text that has no markup. It comes out as one line: whatever makes a new line in a value or template is a space. */
export function fillLine(template: string, view: View): string {
  const text = Mustache.render(template, view, {}, { escape: String })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get into a header
  return text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim()
}
