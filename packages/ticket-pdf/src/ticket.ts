import { addMoney, formatMoney, type Money } from '@tikitu/kit/base/money'
import { addressOf, mapUrl } from './map-url.ts'
import { type ReturnTerms, returnsText } from './returns.ts'
import { dateIn, formatLocaleOf, timeIn, wordsOf } from './words.ts'

/** A performance, as its tickets tell of it. */
export interface TicketShowing {
  eventTitle: string
  startsAt: string
  doorsAt: string | null
  timeZone: string
  venueName: string
  venueAddressLines: readonly string[]
  venueCity: string
  /** While it is POSTPONED, `startsAt` is the date that was given up. */
  status?: string | undefined
}

/** What is printed on one ticket. */
export interface PrintedTicket {
  showing: TicketShowing
  /** The name of who presents it; null when that is not known. */
  organizer: string | null
  /** The booking's: what people read out on the telephone. */
  reference: string
  /** Of the booking's tickets in this file: 1 for the first. */
  number: number
  count: number
  placeLabel: string
  tierName: string
  attendeeName: string | null
  price: Money
  /** Null where fees and tax were not told. */
  fee: Money | null
  /** Inside the price and the fee. */
  tax: Money | null
  /** Null where they were not told, and once the performance was moved. */
  returns: ReturnTerms | null
  /** What the QR holds. */
  code: string
}

/** The texts of a ticket, in the reader's language and in the house's own time. Empty where there is nothing to say. */
export function textsOf(ticket: PrintedTicket, locale: string) {
  const words = wordsOf(locale)
  const { showing } = ticket
  const place = addressOf(showing)
  return {
    title: showing.eventTitle,
    organizer: ticket.organizer ? `${words.organizer} ${ticket.organizer}` : '',
    ticketOf: words.ticketOf(ticket.number, ticket.count),
    reference: ticket.reference,
    booking: `${words.booking} ${ticket.reference}`,
    when: words.when,
    ...momentsOf(showing, locale),
    where: words.where,
    venueName: place[0] ?? '',
    address: place.slice(1).join(', '),
    map: mapUrl(showing) && words.map,
    facts: [
      { label: words.place, value: ticket.placeLabel },
      { label: words.ticket, value: ticket.tierName },
      { label: words.name, value: ticket.attendeeName ?? '' },
    ].filter(({ value }) => value.trim() !== ''),
    ...costsOf(ticket, locale),
    terms: words.terms,
    rules: rulesOf(ticket, locale),
    fold: words.fold,
  }
}

function rulesOf({ returns, showing: { timeZone } }: PrintedTicket, locale: string): string[] {
  const { admitsOne, keepSecret, moves } = wordsOf(locale)
  return [admitsOne, keepSecret, ...(returns ? [returnsText(returns, { timeZone, locale })] : []), moves]
}

function momentsOf({ startsAt, doorsAt, timeZone, status }: TicketShowing, locale: string) {
  const words = wordsOf(locale)
  if (status === 'POSTPONED') return { date: words.postponed, times: '', doors: '' }
  const where = { timeZone, locale: formatLocaleOf(locale) }
  const doors = doorsAt ? words.doors(timeIn(doorsAt, where)) : ''
  return {
    date: dateIn(startsAt, where),
    times: [timeIn(startsAt, where), doors].filter(Boolean).join('  ·  '),
    doors,
  }
}

function costsOf({ price, fee, tax }: PrintedTicket, locale: string) {
  const words = wordsOf(locale)
  const amount = (money: Money) => formatMoney(money, formatLocaleOf(locale))
  const hasFee = fee !== null && fee.amountMinor > 0
  const total = hasFee ? addMoney(price, fee) : price
  return {
    receipt: words.receipt,
    amounts: [
      { label: words.price, value: amount(price) },
      ...(hasFee ? [{ label: words.fee, value: amount(fee) }] : []),
      { label: words.total, value: amount(total) },
    ],
    tax: tax && tax.amountMinor > 0 ? words.tax(amount(tax)) : '',
  }
}

export type TicketTexts = ReturnType<typeof textsOf>
