import { escapeMarkup } from './parse-markup.ts'

/** What stands below every e-mail, whatever it says. */
export interface Foot {
  /** Where to write with questions. */
  supportEmail: string
  /** Where to choose what one is told; null where that cannot be chosen, or there is no page for it. */
  preferencesUrl: string | null
}

const words = {
  en: { questions: 'Questions? Write to', choose: 'Choose what we tell you' },
  id: { questions: 'Ada pertanyaan? Tulis ke', choose: 'Pilih apa yang kami kabarkan kepada Anda' },
}

/** The foot of an e-mail, as markup. */
export function footMarkup({ supportEmail, preferencesUrl }: Foot, locale: string): string {
  const { questions, choose } = locale.split('-')[0] === 'id' ? words.id : words.en
  const lines = [`${questions} [${escapeMarkup(supportEmail)}](mailto:${escapeMarkup(supportEmail)}).`]
  if (preferencesUrl) lines.push(`[${choose}](${escapeMarkup(preferencesUrl)}).`)
  return lines.join(' ')
}
