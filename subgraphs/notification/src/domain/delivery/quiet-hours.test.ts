import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ctxOf,
  deliverAll,
  fakeMailServer,
  issued,
  messageByChannel,
  migrations,
  person,
  take,
} from '../../../test/factories.ts'
import { notify } from '../announcements/notify.ts'
import { updatePreferences } from '../preferences/preferences.ts'
import { quietHoursEnd } from './quiet-hours.ts'

const database = useDatabase(migrations)

test('what can wait comes after the quiet hours of the reader’s own zone; tickets come through them', async () => {
  const { mails, channels } = fakeMailServer()
  // 23:30 in Jakarta.
  const ctx = ctxOf(database, { channels, now: new Date('2027-03-01T16:30:00Z') })
  const { userId } = await person(ctx, { timeZone: 'Asia/Jakarta' })
  const viewer = { kind: 'user' as const, userId, email: null, groups: ['user'] }
  await updatePreferences(ctxOf(database, { viewer }), { quietHours: { start: '22:00', end: '07:00' } })
  const data = { texts: [{ locale: 'en', title: 'News', body: 'x' }], link: null }
  const how = { channels: ['EMAIL', 'IN_APP'] as const }
  await notify(ctx, { kind: 'CUSTOM', cause: newId('tst'), to: [{ userId }], data, ...how })
  expect(await deliverAll(ctx, userId)).toEqual({ EMAIL: 'SCHEDULED', IN_APP: 'DELIVERED' })
  const morning = new Date('2027-03-02T00:00:00Z')
  expect((await messageByChannel(ctx, userId, 'EMAIL')).notBefore).toEqual(morning)
  expect(mails).toEqual([])
  await deliverAll(ctxOf(database, { channels, now: morning }), userId)
  expect(mails.map((mail) => mail.subject)).toEqual(['News'])

  await take(ctx, 'booking.ticketsIssued', issued(userId))
  await deliverAll(ctx, userId)
  expect(mails.map((mail) => mail.subject)).toEqual(['News', 'Your tickets for Hamlet'])
})

test('an end is within a day, is never quiet itself, and there is one exactly in the quiet hours', () => {
  const minute = fc.integer({ min: 0, max: 1439 })
  const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(minute, minute, moment, (startMinute, endMinute, now) => {
      fc.pre(startMinute !== endMinute)
      // A zone without summer time: where clocks change an end may be an hour off, and is asked again.
      const hours = { startMinute, endMinute }
      const end = quietHoursEnd(hours, 'Asia/Jakarta', now)
      const local = Math.floor(now.getTime() / 60_000 + 7 * 60) % 1440
      const isQuiet =
        startMinute < endMinute ? local >= startMinute && local < endMinute : local >= startMinute || local < endMinute
      expect(end !== null).toBe(isQuiet)
      if (!end) return
      expect(end.getTime()).toBeGreaterThan(now.getTime())
      expect(end.getTime() - now.getTime()).toBeLessThanOrEqual(24 * 3_600_000)
      expect(quietHoursEnd(hours, 'Asia/Jakarta', end)).toBeNull()
    }),
  )
})
