import { mapUrl } from '@tikitu/ticket-pdf/map-url'
import { z } from 'zod'
import { calendarAttachment } from './calendar-attachment.ts'
import { defineKind, type Reader } from './kind.ts'
import { dateIn, greeting, pageUrl, timeIn } from './phrases.ts'
import { sampleParties, samplePerformance } from './samples.ts'

const moment = z.iso.datetime()

/** What is known of the performance as the message is sent. */
const present = z.object({
  performanceId: z.string(),
  eventTitle: z.string(),
  startsAt: moment,
  timeZone: z.string(),
  bookingId: z.string(),
  doorsAt: moment.nullable().default(null),
  endsAt: moment.nullable().default(null),
  venueName: z.string().default(''),
  venueCity: z.string().default(''),
  venueAddressLines: z.array(z.string()).default([]),
})

const moved = present.extend({
  version: z.int(),
  /** Which of the performance's moves it tells of; null in messages from before they were counted. */
  moveCount: z.int().nullable().default(null),
  /** Whether there is no new date yet. */
  isPostponed: z.boolean(),
  /** The date that the reader knew. */
  previousStartsAt: moment,
  /** Why, as the organizer put it. */
  reason: z.string().nullable().default(null),
})

const changed = present.extend({
  /** Which of the performance's changes it tells of. */
  detailsVersion: z.int(),
  isPostponed: z.boolean().default(false),
})

export type MovedData = z.infer<typeof moved>
export type ChangedData = z.infer<typeof changed>

function bookingPath({ bookingId }: { bookingId: string }): string {
  return `/bookings/${bookingId}`
}

/** When and where, in the house's own time. What is not known is empty. */
function presentPhrases(data: z.infer<typeof present>, reader: Reader) {
  const where = { locale: reader.locale, timeZone: data.timeZone }
  return {
    ...greeting(reader),
    eventTitle: data.eventTitle,
    date: dateIn(data.startsAt, where),
    time: timeIn(data.startsAt, where),
    doors: data.doorsAt ? timeIn(data.doorsAt, where) : '',
    end: data.endsAt ? `${dateIn(data.endsAt, where)}, ${timeIn(data.endsAt, where)}` : '',
    venueName: data.venueName,
    venueAddress: data.venueAddressLines.join(', '),
    mapUrl: mapUrl(data, reader.mapUrl),
    bookingUrl: pageUrl(reader, bookingPath(data)),
  }
}

/** The calendar of a ticket holder is brought up to date. */
function calendarOf(data: z.infer<typeof changed> | z.infer<typeof moved>, reader: Reader) {
  const showing = { ...data, status: data.isPostponed ? 'POSTPONED' : undefined }
  const url = pageUrl(reader, bookingPath(data))
  return calendarAttachment({ performanceId: data.performanceId, showing, organizer: null, url }, reader)
}

const samplePresent = {
  performanceId: samplePerformance.performanceId,
  eventTitle: samplePerformance.eventTitle,
  startsAt: '2027-06-08T12:30:00.000Z',
  timeZone: samplePerformance.timeZone,
  bookingId: sampleParties.bookingId,
  doorsAt: '2027-06-08T11:45:00.000Z',
  endsAt: '2027-06-08T15:30:00.000Z',
  venueName: samplePerformance.venueName,
  venueCity: samplePerformance.venueCity,
  venueAddressLines: [...samplePerformance.venueAddressLines],
}

/** The performance has another date, or none for now. Tickets stay valid, and may be given back in full. */
export const performanceMoved = defineKind({
  category: 'TICKETS',
  channels: ['EMAIL', 'IN_APP', 'PUSH', 'SMS'],
  data: moved,
  subjectId: ({ bookingId }) => bookingId,
  path: bookingPath,
  view: (move, reader) => {
    const where = { locale: reader.locale, timeZone: move.timeZone }
    return {
      ...presentPhrases(move, reader),
      isPostponed: move.isPostponed,
      reason: move.reason ?? '',
      previousDate: dateIn(move.previousStartsAt, where),
      previousTime: timeIn(move.previousStartsAt, where),
    }
  },
  required: ['eventTitle', 'isPostponed', 'date', 'time'],
  attachments: async (move, reader) => calendarOf(move, reader),
  sample: {
    ...samplePresent,
    version: 2,
    moveCount: 1,
    isPostponed: false,
    previousStartsAt: samplePerformance.startsAt,
    reason: 'The singer is ill.',
  },
})

/** Something else about the performance changed: its doors, its end, where it is, or the hour as the house tells it. */
export const performanceChanged = defineKind({
  category: 'TICKETS',
  channels: ['EMAIL', 'IN_APP', 'PUSH'],
  data: changed,
  subjectId: ({ bookingId }) => bookingId,
  path: bookingPath,
  view: (change, reader) => ({ ...presentPhrases(change, reader), isPostponed: change.isPostponed }),
  required: ['eventTitle', 'date', 'time', 'venueName'],
  attachments: async (change, reader) => calendarOf(change, reader),
  sample: { ...samplePresent, detailsVersion: 3, isPostponed: false },
})
