import { TZDate } from '@date-fns/tz'
import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import { addressOf } from './map-url.ts'
import type { TicketShowing } from './ticket.ts'
import { vtimezoneOf } from './vtimezone.ts'
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
 * the zone of the venue, whose rules are included.
 */
export function calendarFile(entry: CalendarEntry, madeAt: Date = new Date()): string {
  const { showing, organizer, organizerEmail, url, locale } = entry
  const method = methodOf(entry)
  const { calendar, dates } = calendarIn(showing)
  calendar.method(method)
  const isOut = method === ICalCalendarMethod.CANCEL
  calendar.createEvent({
    id: `${entry.performanceId}.${entry.userId}@tikitu`,
    sequence: Math.floor((madeAt.getTime() - firstMoment) / 1000),
    stamp: madeAt,
    ...dates,
    summary: showing.eventTitle,
    location: addressOf(showing).join(', '),
    description: descriptionOf(showing, locale),
    ...(url ? { url } : {}),
    organizer: { name: organizer ?? 'Tikitu', email: organizerEmail },
    status: isOut ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  })
  return writeCalendar(calendar, madeAt)
}

/** A performance in a calendar that everybody may subscribe to. */
export type FeedEntry = Omit<CalendarEntry, 'userId' | 'isCancelled'> & {
  /** Increases with every change of the performance. */
  version: number
}

/**
 * The performance as a calendar to subscribe to. It stays one entry whose time and status follow: cancelled, also while there is no date.
 */
export function calendarFeed(entry: FeedEntry, madeAt: Date): string {
  const { showing, organizer, organizerEmail, url, locale } = entry
  const { calendar, dates } = calendarIn(showing)
  calendar.method(ICalCalendarMethod.PUBLISH).name(showing.eventTitle).ttl(feedSeconds)
  const isOut = showing.status === 'POSTPONED' || showing.status === 'CANCELLED'
  calendar.createEvent({
    id: `${entry.performanceId}@tikitu`,
    sequence: entry.version,
    stamp: madeAt,
    ...dates,
    summary: showing.eventTitle,
    location: addressOf(showing).join(', '),
    description: descriptionOf(showing, locale),
    ...(url ? { url } : {}),
    organizer: { name: organizer ?? 'Tikitu', email: organizerEmail },
    status: isOut ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  })
  return writeCalendar(calendar, madeAt)
}

/** DTSTAMP is in UTC by RFC 5545 (3.8.7.2); the library writes it in the zone of the event. */
function writeCalendar(calendar: ICalCalendar, madeAt: Date): string {
  const stamp = madeAt.toISOString().replace(/[-:]|\.\d+/g, '')
  return calendar.toString().replace(/^DTSTAMP:.*$/m, `DTSTAMP:${stamp}`)
}

/** How often programs read a feed again. */
const feedSeconds = 3_600

/** A calendar with the rules of the venue's time zone, and the dates of the performance in it; in UTC when the rules are not known. */
function calendarIn({ startsAt, endsAt, timeZone }: CalendarEntry['showing']) {
  const calendar = new ICalCalendar({ prodId: { company: 'Tikitu', product: 'Tickets' } })
  const zone = vtimezoneOf(timeZone)
  if (zone) calendar.timezone({ name: zone.name, generator: () => zone.rules })
  const moment = (at: string) => (zone ? new TZDate(at, zone.name) : new Date(at))
  return {
    calendar,
    dates: { start: moment(startsAt), ...(endsAt && { end: moment(endsAt) }), ...(zone && { timezone: zone.name }) },
  }
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
