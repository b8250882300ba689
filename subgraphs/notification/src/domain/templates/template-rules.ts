import { configKeys } from '@tikitu/schema/config'
import type { Channel, Kind } from '../../db/columns.ts'
import type { Reader } from '../../kinds/kind.ts'
import { definitionOf } from '../../kinds/registry.ts'
import type { View } from '../../templates/fill-template.ts'
import type { TemplateRules } from '../../templates/lint-template.ts'

const maxBodyLength: Record<Channel, number> = { EMAIL: 20_000, IN_APP: 1_000, PUSH: 1_000, SMS: 1_000 }

/** What a text of that kind and channel must and may hold. */
export function templateRulesOf(kind: Kind, channel: Channel): TemplateRules {
  return {
    sample: sampleView(kind, 'en'),
    required: channel === 'EMAIL' ? definitionOf(kind).required : [],
    hasTitle: channel !== 'SMS',
    maxBodyLength: maxBodyLength[channel],
  }
}

/** The kind's sample, as a reader of that locale would see it. */
export function sampleView(kind: Kind, locale: string): View {
  const definition = definitionOf(kind)
  return definition.view(definition.sample as never, sampleReader(locale))
}

/** Somebody to write samples to. */
export function sampleReader(locale: string): Reader {
  const somebody = { name: 'Ada Lovelace', userId: 'usr_sample', supportEmail: 'support@tikitu.example' }
  const { fallback: mapUrl } = configKeys['tickets.mapUrl']
  return { ...somebody, locale, ownLocale: locale, mapUrl, webUrl: 'https://tikitu.example' }
}

/** The names that a text of that kind can use: `tickets.placeLabel` inside a section of tickets. */
export function variablesOf(kind: Kind): string[] {
  return namesIn(sampleView(kind, 'en'), '').toSorted()
}

function namesIn(view: View, prefix: string): string[] {
  return Object.entries(view).flatMap(([name, value]) => {
    const first = Array.isArray(value) ? value[0] : value
    const path = prefix + name
    return first !== null && typeof first === 'object' ? [path, ...namesIn(first as View, `${path}.`)] : [path]
  })
}
