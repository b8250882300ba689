import { expect, test } from 'vitest'
import { sampleShowing } from '../test/samples.ts'
import { type CalendarEntry, calendarContentType, calendarFile } from './calendar.ts'

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

test('says what, when and where, with the moment in UTC', () => {
  expect(fieldsOf(calendarFile(entry(), madeAt))).toMatchObject({
    METHOD: 'PUBLISH',
    UID: 'prf_1.usr_1@tikitu',
    SUMMARY: 'Hamlet',
    DTSTART: '20270601T123000Z',
    DTEND: '20270601T153000Z',
    LOCATION: 'Teater Jakarta\\, Jalan Cikini Raya 73\\, Jakarta 10330',
    DESCRIPTION: 'Doors open at 18:45 GMT+7',
    STATUS: 'CONFIRMED',
  })
  expect(calendarContentType(entry())).toBe('text/calendar; charset=utf-8; method=PUBLISH')
})

test('a later file updates the same entry: a move changes its time, a cancellation or a postponement takes it out', () => {
  const first = fieldsOf(calendarFile(entry(), madeAt))
  const later = (overrides: Partial<CalendarEntry>, minutes: number) =>
    fieldsOf(calendarFile(entry(overrides), new Date(madeAt.getTime() + minutes * 60_000)))
  const moved = later({ showing: { ...sampleShowing, startsAt: '2027-06-08T12:30:00.000Z' } }, 1)
  const cancelled = later({ isCancelled: true }, 2)
  const again = later({}, 3)
  expect(moved).toMatchObject({ UID: first['UID'], DTSTART: '20270608T123000Z', METHOD: 'PUBLISH' })
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
