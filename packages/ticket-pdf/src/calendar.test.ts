import { expect, test } from 'vitest'
import { sampleShowing } from '../test/samples.ts'
import { type CalendarEntry, calendarContentType, calendarFeed, calendarFile } from './calendar.ts'
import { vtimezoneOf } from './vtimezone.ts'

const madeAt = new Date('2027-03-01T10:00:00Z')

function entry(overrides: Partial<CalendarEntry> = {}): CalendarEntry {
  return {
    performanceId: 'prf_1',
    userId: 'usr_1',
    showing: { ...sampleShowing, endsAt: '2027-06-01T15:30:00.000Z' },
    organizer: 'Komunitas Salihara',
    organizerEmail: 'support@tikitu.example',
    url: 'https://web.example/bookings/bkg_1',
    locale: 'en',
    ...overrides,
  }
}

/** The values by name; lines that were folded are put together again (RFC 5545, 3.1). */
function fieldsOf(file: string): Record<string, string> {
  const lines = file.replace(/\r\n[ \t]/g, '').split('\r\n')
  return Object.fromEntries(lines.map((line) => [line.split(/[:;]/, 1)[0], line.slice(line.indexOf(':') + 1)]))
}

test('says what, when and where, in the time of the venue', () => {
  expect(fieldsOf(calendarFile(entry(), madeAt))).toMatchObject({
    METHOD: 'PUBLISH',
    UID: 'prf_1.usr_1@tikitu',
    SUMMARY: 'Hamlet',
    DTSTART: '20270601T193000',
    DTEND: '20270601T223000',
    LOCATION: 'Teater Jakarta\\, Jalan Cikini Raya 73\\, Jakarta 10330',
    DESCRIPTION: 'Doors open at 18:45 GMT+7',
    STATUS: 'CONFIRMED',
  })
  expect(calendarContentType(entry())).toBe('text/calendar; charset=utf-8; method=PUBLISH')
})

test('has the rules of the time zone, in winter and in summer, whatever the zone of the machine', () => {
  const inBerlin = (startsAt: string) =>
    calendarFile(entry({ showing: { ...sampleShowing, timeZone: 'Europe/Berlin', startsAt } }), madeAt)
  const summer = inBerlin('2027-06-01T18:00:00.000Z')
  expect(summer).toContain('DTSTART;TZID=Europe/Berlin:20270601T200000\r\n')
  expect(summer).toContain('DTSTAMP:20270301T100000Z\r\n')
  expect(summer.match(/BEGIN:VTIMEZONE\r\nTZID:Europe\/Berlin\r\n/g)).toHaveLength(1)
  expect(summer).toContain('RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n')
  expect(inBerlin('2027-01-15T19:00:00.000Z')).toContain('DTSTART;TZID=Europe/Berlin:20270115T200000\r\n')
  const utc = calendarFile(entry({ showing: { ...sampleShowing, timeZone: 'UTC' } }), madeAt)
  expect(utc).toContain('DTSTART:20270601T123000Z\r\n')
  expect(utc).not.toContain('VTIMEZONE')
})

test('knows the rules of every zone that a venue may have', () => {
  const isKnown = (zone: string) => vtimezoneOf(zone) !== null || /UTC|GMT/.test(zone)
  expect(Intl.supportedValuesOf('timeZone').filter((zone) => !isKnown(zone))).toEqual([])
})

test('a feed is one entry for everybody, whose time, status and sequence follow the performance', () => {
  const feed = (status: string, version: number) =>
    calendarFeed({ ...entry({ showing: { ...sampleShowing, status } }), version }, madeAt)
  expect(fieldsOf(feed('SCHEDULED', 3))).toMatchObject({
    METHOD: 'PUBLISH',
    UID: 'prf_1@tikitu',
    SEQUENCE: '3',
    DTSTART: '20270601T193000',
    STATUS: 'CONFIRMED',
    'REFRESH-INTERVAL': 'PT1H',
  })
  for (const status of ['POSTPONED', 'CANCELLED'])
    expect(fieldsOf(feed(status, 4))).toMatchObject({ METHOD: 'PUBLISH', UID: 'prf_1@tikitu', STATUS: 'CANCELLED' })
})

test('a later file updates the same entry: a move changes its time, a cancellation or a postponement takes it out', () => {
  const first = fieldsOf(calendarFile(entry(), madeAt))
  const later = (overrides: Partial<CalendarEntry>, minutes: number) =>
    fieldsOf(calendarFile(entry(overrides), new Date(madeAt.getTime() + minutes * 60_000)))
  const moved = later({ showing: { ...sampleShowing, startsAt: '2027-06-08T12:30:00.000Z' } }, 1)
  const cancelled = later({ isCancelled: true }, 2)
  const again = later({}, 3)
  expect(moved).toMatchObject({ UID: first['UID'], DTSTART: '20270608T193000', METHOD: 'PUBLISH' })
  expect(cancelled).toMatchObject({ UID: first['UID'], METHOD: 'CANCEL', STATUS: 'CANCELLED' })
  expect(later({ showing: { ...sampleShowing, status: 'POSTPONED' } }, 2)).toMatchObject({ METHOD: 'CANCEL' })
  const sequences = [first, moved, cancelled, again].map((fields) => Number(fields['SEQUENCE']))
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b))
})

test('no text breaks out of its line', () => {
  const showing = { ...sampleShowing, eventTitle: 'A\r\nATTENDEE:mailto:x@y.example\nB; 東京'.repeat(4), doorsAt: null }
  const file = calendarFile(entry({ showing, organizer: 'X"\r\nMETHOD:CANCEL' }), madeAt)
  expect(file.replace(/\r\n[ \t]/g, '')).not.toMatch(/^(ATTENDEE|METHOD:CANCEL)/m)
  for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
})
