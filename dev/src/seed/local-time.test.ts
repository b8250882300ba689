import { expect, test } from 'vitest'
import { instantOf, localDate } from './local-time.ts'

test('converts local times in winter and summer', () => {
  expect(instantOf('2027-01-15T19:30', 'Europe/London').toISOString()).toBe('2027-01-15T19:30:00.000Z')
  expect(instantOf('2027-07-15T19:30', 'Europe/London').toISOString()).toBe('2027-07-15T18:30:00.000Z')
  expect(instantOf('2027-01-15T20:00', 'America/New_York').toISOString()).toBe('2027-01-16T01:00:00.000Z')
  expect(instantOf('2027-01-15T19:00', 'Asia/Jakarta').toISOString()).toBe('2027-01-15T12:00:00.000Z')
})

test('converts local times on the day of a clock change', () => {
  expect(instantOf('2027-03-28T19:30', 'Europe/Vienna').toISOString()).toBe('2027-03-28T17:30:00.000Z')
  expect(instantOf('2027-10-31T01:15', 'Europe/Vienna').toISOString()).toBe('2027-10-30T23:15:00.000Z')
})

test('the date is that of the time zone', () => {
  const lateInNewYork = new Date('2027-03-01T03:00:00Z')
  expect(localDate(lateInNewYork, 0, 'America/New_York')).toBe('2027-02-28')
  expect(localDate(lateInNewYork, 1, 'Asia/Jakarta')).toBe('2027-03-02')
})
