import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import { addressOf } from './map-url.ts'
import type { TicketShowing } from './ticket.ts'
import { formatLocaleOf, timeIn, wordsOf } from './words.ts'

/** A performance in the calendar of somebody who has tickets for it. */
export interface CalendarEntry {
  performanceId: string
  /** Whose calendar it is: however many bookings they have, the performance is in it once. */
  userId: string
  showing: TicketShowing & { endsAt?: string | null | undefined }
  /** Whether its tickets are cancelled. */
  isCancelled?: boolean
  organizer: string | null
  organizerEmail: string
  /** The page of the booking; empty when there is none. */
  url: string
  locale: string
}

/** What a mail program must know about a calendar file. */
export function calendarContentType(entry: CalendarEntry): string {
  return `text/calendar; charset=utf-8; method=${methodOf(entry)}`
}

/**
 * The performance as an iCalendar file (RFC 5545). Its UID stays the same and a later file has a higher SEQUENCE, so a calendar
 * that has the performance is updated. Without tickets, and while there is no date, it is taken out (METHOD:CANCEL). Times are in
 * UTC, which every calendar shows in its reader's own zone.
 */
export function calendarFile(entry: CalendarEntry, madeAt: Date = new Date()): string {
  const { showing, organizer, organizerEmail, url, locale } = entry
  const method = methodOf(entry)
  const calendar = new ICalCalendar({ prodId: { company: 'Tikitu', product: 'Tickets' }, method })
  const isOut = method === ICalCalendarMethod.CANCEL
  calendar.createEvent({
    id: `${entry.performanceId}.${entry.userId}@tikitu`,
    sequence: Math.floor((madeAt.getTime() - firstMoment) / 1000),
    stamp: madeAt,
    start: new Date(showing.startsAt),
    ...(showing.endsAt ? { end: new Date(showing.endsAt) } : {}),
    summary: showing.eventTitle,
    location: addressOf(showing).join(', '),
    description: descriptionOf(showing, locale),
    ...(url ? { url } : {}),
    organizer: { name: organizer ?? 'Tikitu', email: organizerEmail },
    status: isOut ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  })
  return calendar.toString()
}

/** SEQUENCE counts seconds from here: who cancels and books again has a newer file, although the performance is the same. */
const firstMoment = Date.UTC(2026, 0, 1)

function methodOf({ showing, isCancelled }: CalendarEntry): ICalCalendarMethod {
  const isOut = isCancelled || showing.status === 'POSTPONED' || showing.status === 'CANCELLED'
  return isOut ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH
}

function descriptionOf({ doorsAt, timeZone }: TicketShowing, locale: string): string {
  if (!doorsAt) return ''
  return wordsOf(locale).doors(timeIn(doorsAt, { timeZone, locale: formatLocaleOf(locale) }))
}
