import { escapeMarkup } from './parse-markup.ts'

/** The footer of every e-mail. */
export interface Footer {
  /** The support address. */
  supportEmail: string
  /** The preferences page; null if the message is essential or there is no web app. */
  preferencesUrl: string | null
  /** The unsubscribe link; null for essential messages. */
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
