import { withAccessHandlers } from '@tikitu/kit/access/access-subjects'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eventsConsumedBy } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, deliverAll, fakeMailServer, issued, messagesTo, migrations, person, take } from '../test/factories.ts'
import { tickets } from './db/tables/facts.ts'
import { recipients } from './db/tables/people.ts'
import { announceMove } from './domain/announcements/announce-move.ts'
import type { PerformanceMove } from './domain/projections/apply-performance.ts'
import { handlers } from './events.ts'

const database = useDatabase(migrations)

test('every event that is sent here is taken, and no other', () => {
  expect(Object.keys(withAccessHandlers('notification', handlers)).toSorted()).toEqual(
    eventsConsumedBy('notification').toSorted(),
  )
})

test('an older state of a user changes nothing', async () => {
  const ctx = ctxOf(database)
  const { userId } = await person(ctx, { version: 3, name: 'New' })
  await person(ctx, { userId, version: 2, name: 'Old' })
  expect(await database.db.select().from(recipients).where(eq(recipients.userId, userId))).toMatchObject([
    { version: 3, name: 'New' },
  ])
})

function performance(performanceId: string, overrides: object = {}) {
  return {
    performanceId,
    version: 1,
    eventId: 'shw_1',
    eventTitle: 'Hamlet',
    partnerId: 'ptr_1',
    status: 'SCHEDULED',
    startsAt: '2027-06-01T12:30:00.000Z',
    capacity: 100,
    ...overrides,
  }
}

async function moves(performanceId: string): Promise<PerformanceMove[]> {
  const { rows } = await database.pool.query(
    `select jobs.payload from graphile_worker._private_jobs jobs where key like $1 order by id`,
    [`announceMove:${performanceId}:%`],
  )
  return rows.map((row) => row.payload)
}

test('tells everybody with a valid ticket, once, that the performance has another date; those alone', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const performanceId = newId('prf')
  const [ada, bob, eve] = [await person(ctx), await person(ctx), await person(ctx)]
  const showing = { ...issued('').showing, performanceId }
  await take(ctx, 'booking.performanceChanged', performance(performanceId))
  for (const { userId } of [ada, ada, bob, eve]) await take(ctx, 'booking.ticketsIssued', issued(userId, { showing }))
  await ctx.db.update(tickets).set({ cancelledAt: ctx.now() }).where(eq(tickets.userId, bob.userId))

  await take(ctx, 'booking.performanceChanged', performance(performanceId, { version: 2, capacity: 90 }))
  expect(await moves(performanceId)).toEqual([])
  const startsAt = '2027-06-08T12:30:00.000Z'
  await take(ctx, 'booking.performanceChanged', performance(performanceId, { version: 4, startsAt }))
  await take(ctx, 'booking.performanceChanged', performance(performanceId, { version: 3, status: 'POSTPONED' }))
  const [move, ...more] = await moves(performanceId)
  expect(more).toEqual([])
  await announceMove(ctx, move as PerformanceMove)
  await announceMove(ctx, move as PerformanceMove)
  for (const { userId } of [ada, bob, eve]) await deliverAll(ctx, userId)
  expect((await messagesTo(ctx, bob.userId)).map((message) => message.kind)).not.toContain('PERFORMANCE_MOVED')
  const told = mails.filter((mail) => mail.subject === 'New date: Hamlet')
  expect(told.map((mail) => mail.to.address).toSorted()).toEqual([ada.email, eve.email].toSorted())
  expect(told[0]?.text).toContain('New date: Tuesday, 8 June 2027, 19:30')
  expect(told[0]?.text).toContain('Old date: Tuesday, 1 June 2027, 19:30')
})

test('says nothing of a date that has changed again before the message left', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const performanceId = newId('prf')
  const ada = await person(ctx)
  const showing = { ...issued('').showing, performanceId }
  await take(ctx, 'booking.performanceChanged', performance(performanceId))
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId, { showing }))
  await deliverAll(ctx, ada.userId)
  await take(ctx, 'booking.performanceChanged', performance(performanceId, { version: 2, status: 'POSTPONED' }))
  await announceMove(ctx, (await moves(performanceId))[0] as PerformanceMove)
  const startsAt = '2027-07-01T12:30:00.000Z'
  await take(ctx, 'booking.performanceChanged', performance(performanceId, { version: 3, startsAt }))
  await deliverAll(ctx, ada.userId)
  await announceMove(ctx, (await moves(performanceId))[1] as PerformanceMove)
  for (const message of await messagesTo(ctx, ada.userId)) expect(message.attempts).toBeLessThan(2)
  await deliverAll(ctx, ada.userId)
  expect(mails.map((mail) => mail.subject)).toEqual(['Your tickets for Hamlet', 'New date: Hamlet'])
})
