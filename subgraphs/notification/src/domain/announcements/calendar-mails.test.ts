import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import {
  ctxOf,
  deliverAll,
  fakeMailServer,
  migrations,
  person,
  receiveDecision,
  sampleFor,
  take,
} from '../../../test/factories.ts'
import { june8, performance, ticketsOf } from '../../../test/moves.ts'
import type { Mail } from '../../channels/channel.ts'
import { announceMove } from './announce-move.ts'

const database = useDatabase(migrations)

/** What the mails so far do to the calendar of their reader: the method, and the moment it begins. */
function calendarFiles(mails: readonly Mail[]) {
  return mails.flatMap(({ attachments }) =>
    attachments
      .filter(({ filename }) => filename === 'event.ics')
      .map(({ content, contentType }) => {
        const text = content.toString()
        const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(text)?.[1]?.trim()
        return {
          contentType,
          method: field('METHOD'),
          uid: field('UID'),
          startsAt: /^DTSTART;TZID=Asia\/Jakarta:(.*)$/m.exec(text)?.[1]?.trim(),
        }
      }),
  )
}

test('the calendar of a ticket holder follows: bought, moved, postponed, and gone with the last ticket', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const performanceId = newId('prf')
  const bookings = [1, 2].map(() => ticketsOf(ada.userId, performanceId, { version: 1 }))
  const after = async (name: Parameters<typeof take>[1], ...facts: unknown[]) => {
    for (const fact of facts) await take(ctx, name, fact)
    if (name === 'booking.performanceChanged') await announceMove(ctx, { performanceId })
    else if (name === 'booking.ticketsCancelled') for (const fact of facts) await receiveDecision(ctx, fact, 4000)
    await deliverAll(ctx, ada.userId)
    expect(mails).toHaveLength(facts.length)
    return calendarFiles(mails.splice(0))
  }
  const cancel = (index: number) => {
    const { bookingId, showing, tickets } = bookings[index] as (typeof bookings)[number]
    const ticketIds = tickets.map(({ ticketId }) => ticketId)
    const sample = sampleFor('TICKETS_CANCELLED', ada.userId) as object
    return { ...sample, cancellationId: newId('can'), bookingId, showing, ticketIds, isWhole: true }
  }
  const uid = `${performanceId}.${ada.userId}@tikitu`
  const published = { contentType: 'text/calendar; charset=utf-8; method=PUBLISH', method: 'PUBLISH', uid }
  expect(await after('booking.ticketsIssued', ...bookings)).toEqual(
    [1, 2].map(() => ({ ...published, startsAt: '20270601T193000' })),
  )
  const moved = performance(performanceId, { version: 2, status: 'RESCHEDULED', startsAt: june8, moveCount: 1 })
  expect(await after('booking.performanceChanged', moved)).toEqual([{ ...published, startsAt: '20270608T193000' }])
  const postponed = performance(performanceId, { version: 3, status: 'POSTPONED', startsAt: june8, moveCount: 2 })
  expect(await after('booking.performanceChanged', postponed)).toMatchObject([{ method: 'CANCEL', uid }])
  expect(await after('booking.ticketsCancelled', cancel(0))).toEqual([])
  expect(await after('booking.ticketsCancelled', cancel(1))).toMatchObject([{ method: 'CANCEL', uid }])
})
