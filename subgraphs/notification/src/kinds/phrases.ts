import { formatMoney, type Money } from '@tikitu/kit/base/money'
import { addressOf, mapUrl } from '@tikitu/ticket-pdf/map-url'
import type { Reader } from './kind.ts'

/** What nearly every message may say: whom it greets and the words for the moment of a showing. */
export interface PerformanceDetails {
  eventTitle: string
  /** While it is POSTPONED, the date that was given up. */
  startsAt: string
  doorsAt: string | null
  status?: string | undefined
  timeZone: string
  venueName: string
  venueCity: string
  venueAddressLines: readonly string[]
}

/** The greeted person's name; empty for somebody without one. */
export function greeting(reader: Reader): { name: string } {
  return { name: reader.name ?? '' }
}

/** A page of the web app, as a name for templates; empty where there is no web app. */
export function pageUrl(reader: Reader, path: string | null): string {
  return reader.webUrl && path ? `${reader.webUrl}${path}` : ''
}

/** When and where, in the reader's language and in the house's own time. */
export function performancePhrases(showing: PerformanceDetails, { locale, mapUrl: map }: Reader) {
  const { timeZone } = showing
  return {
    eventTitle: showing.eventTitle,
    isPostponed: showing.status === 'POSTPONED',
    date: dateIn(showing.startsAt, { locale, timeZone }),
    time: timeIn(showing.startsAt, { locale, timeZone }),
    doors: showing.doorsAt ? timeIn(showing.doorsAt, { locale, timeZone }) : '',
    venueName: showing.venueName,
    venueCity: showing.venueCity,
    venueAddress: addressOf(showing).slice(1).join(', '),
    mapUrl: mapUrl(showing, map),
  }
}

interface Where {
  locale: string
  timeZone: string
}

/** `Tuesday, 1 June 2027` */
export function dateIn(moment: string, { locale, timeZone }: Where): string {
  return new Intl.DateTimeFormat(known(locale), { dateStyle: 'full', timeZone }).format(new Date(moment))
}

/** `19:30 WIB` */
export function timeIn(moment: string, { locale, timeZone }: Where): string {
  const style = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short', timeZone } as const
  return new Intl.DateTimeFormat(known(locale), style).format(new Date(moment))
}

/** The amount; empty when it is nothing. */
export function formatAmount(amount: Money, { locale }: Reader): string {
  return amount.amountMinor === 0 ? '' : formatMoney(amount, known(locale))
}

/** The amount as people of the reader's language write it. */
export function amountIn(amount: Money, { locale }: Reader): string {
  return formatMoney(amount, known(locale))
}

/** English as most of the world writes it, unless a country is named. */
function known(locale: string): string {
  return locale === 'en' ? 'en-GB' : locale
}
