import { readdirSync, readFileSync } from 'node:fs'
import { type Channel, type Kind, kinds } from '../db/columns.ts'
import type { TemplateText } from './lint-template.ts'

/** The languages that every kind of message has a built-in text in. The first is for everybody else. */
export const builtInLocales = ['en', 'id'] as const

/** What a channel says when it has no text of its own. */
const sameTextAs: Partial<Record<Channel, Channel>> = { PUSH: 'IN_APP' }

/** The built-in text; null where there is none. */
export function builtInTemplate(kind: Kind, channel: Channel, locale: string): TemplateText | null {
  const texts = builtIn.get(`${locale}/${kind}`)
  const other = sameTextAs[channel]
  return texts?.get(channel) ?? (other ? texts?.get(other) : null) ?? null
}

const builtIn = new Map(builtInLocales.flatMap(readLocale))

/** All files at once as the process starts, so that a missing one is known before the first message. */
function readLocale(locale: string): [string, Map<Channel, TemplateText>][] {
  const folder = new URL(`${locale}/`, import.meta.url)
  const files = new Set(readdirSync(folder))
  return kinds.map((kind) => {
    const file = `${kind.toLowerCase().replaceAll('_', '-')}.txt`
    if (!files.has(file)) throw new Error(`there is no template ${locale}/${file}`)
    return [`${locale}/${kind}`, readTemplates(readFileSync(new URL(file, folder), 'utf8'))]
  })
}

/** `=== CHANNEL`, a line with the title, an empty line, the body; for SMS the body alone. */
function readTemplates(text: string): Map<Channel, TemplateText> {
  const sections = text.split(/^=== /m).filter((section) => section.trim())
  return new Map(
    sections.map((section) => {
      const [channel = '', ...lines] = section.trim().split('\n')
      if (channel === 'SMS') return [channel, { title: '', body: lines.join('\n').trim() }]
      return [channel as Channel, { title: lines[0] ?? '', body: lines.slice(1).join('\n').trim() }]
    }),
  )
}
