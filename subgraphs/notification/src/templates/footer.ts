import { escapeMarkup } from './parse-markup.ts'

/** What stands below every e-mail, whatever it says. */
export interface Footer {
  /** Where to write with questions. */
  supportEmail: string
  /** Where to choose what one is told; null where that cannot be chosen, or there is no page for it. */
  preferencesUrl: string | null
  /** Where to end mails of this kind; null where they must be known. */
  unsubscribeUrl: string | null
}

const words = {
  en: { questions: 'Questions? Email', choose: 'Manage your notifications', unsubscribe: 'Unsubscribe' },
  id: {
    questions: 'Ada pertanyaan? Tulis ke',
    choose: 'Atur notifikasi Anda',
    unsubscribe: 'Berhenti berlangganan',
  },
}

/** The footer of an e-mail, as markup. */
export function footerMarkup({ supportEmail, preferencesUrl, unsubscribeUrl }: Footer, locale: string): string {
  const { questions, choose, unsubscribe } = locale.split('-')[0] === 'id' ? words.id : words.en
  const lines = [`${questions} [${escapeMarkup(supportEmail)}](mailto:${escapeMarkup(supportEmail)}).`]
  if (preferencesUrl) lines.push(`[${choose}](${escapeMarkup(preferencesUrl)}).`)
  if (unsubscribeUrl) lines.push(`[${unsubscribe}](${escapeMarkup(unsubscribeUrl)}).`)
  return lines.join(' ')
}
