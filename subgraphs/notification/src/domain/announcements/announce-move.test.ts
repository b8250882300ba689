import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import {
  admin,
  ctxOf,
  deliverAll,
  fakeMailServer,
  later,
  messageByChannel,
  messagesTo,
  migrations,
  person,
  take,
} from '../../../test/factories.ts'
import { july1, june1, june8, type PerformanceState, performance, ticketsOf } from '../../../test/moves.ts'
import type { Ctx } from '../../context.ts'
import { resendNotification } from '../messages/resend-notification.ts'
import { announceMove } from './announce-move.ts'

const database = useDatabase(migrations)

async function world() {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const performanceId = newId('prf')
  const change = (state: PerformanceState) => take(ctx, 'booking.performanceChanged', performance(performanceId, state))
  const buy = (userId: string, state: PerformanceState) =>
    take(ctx, 'booking.ticketsIssued', ticketsOf(userId, performanceId, state))
  const subjects = () => mails.map((mail) => mail.subject)
  return { ctx, mails, performanceId, change, buy, subjects }
}

/** Runs the jobs that are in line for the performance. */
async function work(ctx: Ctx, performanceId: string): Promise<void> {
  const { rows } = await database.pool.query(
    'delete from graphile_worker._private_jobs where key like $1 returning payload',
    [`announceMove:${performanceId}:%`],
  )
  for (const { payload } of rows) await announceMove(ctx, payload)
}

test('names the new date and the old one, the reason, and until when tickets may be given back', async () => {
  const { ctx, mails, performanceId, change, buy } = await world()
  const ada = await person(ctx)
  await change({ version: 1 })
  await buy(ada.userId, { version: 1 })
  await deliverAll(ctx, ada.userId)
  await change({ version: 2, status: 'RESCHEDULED', startsAt: june8, moveCount: 1, moveReason: 'The singer is ill.' })
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  const mail = mails.at(-1)
  expect(mail?.subject).toBe('New date: Hamlet')
  expect(mail?.text).toContain('New date: Tuesday, 8 June 2027, 19:30')
  expect(mail?.text).toContain('Old date: Tuesday, 1 June 2027, 19:30')
  expect(mail?.text).toContain('The singer is ill.')
  expect(mail?.text).toMatch(/return them for a full refund until the performance starts on Tuesday, 8 June 2027/s)
  const inApp = await messagesTo(ctx, ada.userId)
  expect(inApp.find((each) => each.kind === 'PERFORMANCE_MOVED' && each.channel === 'IN_APP')?.body).toContain(
    '8 June 2027',
  )
})

test('what booking called POSTPONED with a date, before it counted moves, is a new date', async () => {
  const { ctx, mails, performanceId, buy } = await world()
  const ada = await person(ctx)
  const legacy = (version: number, startsAt: string, status: string) => {
    const { details: _details, ...state } = performance(performanceId, { version, startsAt, status })
    return take(ctx, 'booking.performanceChanged', state)
  }
  await legacy(1, june1, 'SCHEDULED')
  await buy(ada.userId, { version: 1 })
  await deliverAll(ctx, ada.userId)
  await legacy(2, june8, 'POSTPONED')
  await legacy(3, june8, 'POSTPONED')
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  expect(mails.map((mail) => mail.subject)).toEqual(['Your tickets for Hamlet', 'New date: Hamlet'])
})

test('says that there is no date yet, and then the new one with the date that was given up', async () => {
  const { ctx, mails, performanceId, change, buy, subjects } = await world()
  const ada = await person(ctx)
  await change({ version: 1 })
  await buy(ada.userId, { version: 1 })
  await deliverAll(ctx, ada.userId)
  await change({ version: 2, status: 'POSTPONED', moveCount: 1, moveReason: 'Flood' })
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  expect(mails.at(-1)?.text).toContain('as soon as a new date is confirmed')
  await change({ version: 3, status: 'RESCHEDULED', startsAt: july1, moveCount: 2, moveReason: 'Flood' })
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  expect(subjects()).toEqual(['Your tickets for Hamlet', 'Postponed: Hamlet', 'New date: Hamlet'])
  expect(mails.at(-1)?.text).toContain('Old date: Tuesday, 1 June 2027')
})

test('tells a move once with the newest date, however often the performance is touched before the job runs', async () => {
  const { ctx, mails, performanceId, change, buy, subjects } = await world()
  const ada = await person(ctx)
  await change({ version: 1 })
  await buy(ada.userId, { version: 1 })
  await deliverAll(ctx, ada.userId)
  const moved = { status: 'RESCHEDULED', startsAt: june8, moveCount: 1 }
  await change({ version: 2, ...moved })
  await change({ version: 3, ...moved, doorsAt: '2027-06-08T11:30:00.000Z' })
  await change({ version: 4, status: 'RESCHEDULED', startsAt: july1, moveCount: 2 })
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  expect(subjects()).toEqual(['Your tickets for Hamlet', 'New date: Hamlet'])
  expect(mails.at(-1)?.text).toContain('Old date: Tuesday, 1 June 2027')
  expect(mails.at(-1)?.text).toContain('New date: Thursday, 1 July 2027')
})

test('a second move before the first message left is told once, with the date the reader knew', async () => {
  const { ctx, mails, performanceId, change, buy, subjects } = await world()
  const ada = await person(ctx)
  await change({ version: 1 })
  await buy(ada.userId, { version: 1 })
  await deliverAll(ctx, ada.userId)
  await change({ version: 2, status: 'RESCHEDULED', startsAt: june8, moveCount: 1 })
  await work(ctx, performanceId)
  await change({ version: 3, status: 'RESCHEDULED', startsAt: july1, moveCount: 2 })
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  expect(subjects()).toEqual(['Your tickets for Hamlet', 'New date: Hamlet'])
  expect(mails.at(-1)?.text).toContain('Old date: Tuesday, 1 June 2027')
  await change({ version: 4, status: 'RESCHEDULED', startsAt: june8, moveCount: 3 })
  await change({ version: 5, status: 'RESCHEDULED', startsAt: july1, moveCount: 4 })
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  expect(subjects()).toHaveLength(2)
})

test('whoever booked before the move is told when their tickets are issued after it; whoever booked after it is not', async () => {
  const { ctx, mails, performanceId, change } = await world()
  const [before, after, late] = [await person(ctx), await person(ctx), await person(ctx)]
  await change({ version: 1 })
  const moved = { version: 2, status: 'RESCHEDULED', startsAt: june8, moveCount: 1 }
  await change(moved)
  await work(ctx, performanceId)
  const asBooked = (userId: string, moveCount: number, startsAt: string) => ({
    ...ticketsOf(userId, performanceId, { version: 2, startsAt: june8, moveCount: 1 }),
    bookedFor: { startsAt, moveCount },
  })
  await take(ctx, 'booking.ticketsIssued', asBooked(before.userId, 0, june1))
  await take(ctx, 'booking.ticketsIssued', asBooked(after.userId, 1, june8))
  await take(ctx, 'booking.ticketsIssued', ticketsOf(late.userId, performanceId, { version: 1 }))
  await work(ctx, performanceId)
  for (const { userId } of [before, after, late]) await deliverAll(ctx, userId)
  const told = mails.filter((mail) => mail.subject === 'New date: Hamlet').map((mail) => mail.to.address)
  expect(told.toSorted()).toEqual([before.email, late.email].toSorted())
})

test('tickets that tell of a move before the performance does tell everybody else too', async () => {
  const { ctx, performanceId, change, buy, subjects } = await world()
  const [ada, bob] = [await person(ctx), await person(ctx)]
  await change({ version: 1 })
  await buy(ada.userId, { version: 1 })
  await deliverAll(ctx, ada.userId)
  await buy(bob.userId, { version: 2, startsAt: june8, moveCount: 1 })
  await work(ctx, performanceId)
  await change({ version: 2, status: 'RESCHEDULED', startsAt: june8, moveCount: 1, moveReason: 'Flood' })
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  await deliverAll(ctx, bob.userId)
  expect(subjects().filter((subject) => subject === 'New date: Hamlet')).toHaveLength(1)
})

test('passes nobody over in a house of hundreds, also when it changes in the middle of the list', async () => {
  const { ctx, performanceId, change, buy } = await world()
  await change({ version: 1 })
  const users = Array.from({ length: 450 }, () => newId('usr'))
  await Promise.all(users.map((userId) => buy(userId, { version: 1 })))
  const moved = { status: 'RESCHEDULED', startsAt: june8, moveCount: 1 }
  await change({ version: 2, ...moved })
  await announceMove(ctx, { performanceId })
  await change({ version: 3, ...moved, maxSeatsPerPerson: 2 })
  for (let job = 0; job < 5; job++) await work(ctx, performanceId)
  const { rows } = await database.pool.query(
    `select recipient, count(*)::integer from notifications where kind = 'PERFORMANCE_MOVED' and channel = 'EMAIL'
     and data ->> 'performanceId' = $1 group by recipient`,
    [performanceId],
  )
  expect(rows).toHaveLength(450)
  expect(rows.every((row) => row.count === 1)).toBe(true)
}, 60_000)

test.each([
  ['doors', { doorsAt: '2027-06-01T10:00:00.000Z' }, 'Doors open: 17:00'],
  ['end', { endsAt: '2027-06-01T15:00:00.000Z' }, '22:00'],
  ['venue', { venueName: 'Gedung Kesenian' }, 'Gedung Kesenian'],
  ['address', { venueAddressLines: ['Jalan Baru 1'] }, 'Jalan Baru 1'],
  ['time zone', { timeZone: 'Asia/Makassar' }, '20:30'],
])('tells everybody once of another %s, with what is true now', async (_name, change, part) => {
  const { ctx, mails, performanceId, change: tell, buy, subjects } = await world()
  const ada = await person(ctx)
  await tell({ version: 1 })
  await buy(ada.userId, { version: 1 })
  await deliverAll(ctx, ada.userId)
  await tell({ version: 2, ...change })
  await tell({ version: 3, ...change })
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  expect(subjects()).toEqual(['Your tickets for Hamlet', 'Important change: Hamlet'])
  expect(mails.at(-1)?.text).toContain(part)
})

test('other doors that come with a new date are told with it', async () => {
  const { ctx, mails, performanceId, change, buy, subjects } = await world()
  const ada = await person(ctx)
  await change({ version: 1, doorsAt: '2027-06-01T11:30:00.000Z' })
  await buy(ada.userId, { version: 1 })
  await deliverAll(ctx, ada.userId)
  const doorsAt = '2027-06-08T11:00:00.000Z'
  await change({ version: 2, status: 'RESCHEDULED', startsAt: june8, moveCount: 1, doorsAt })
  await work(ctx, performanceId)
  await deliverAll(ctx, ada.userId)
  expect(subjects()).toEqual(['Your tickets for Hamlet', 'New date: Hamlet'])
  expect(mails.at(-1)?.text).toContain('Doors open: 18:00')
})

test('a ticket mail that is late, or sent again, says when and where the performance is by now', async () => {
  const { ctx, mails, performanceId, change, buy } = await world()
  const ada = await person(ctx)
  await change({ version: 1 })
  await buy(ada.userId, { version: 1 })
  await change({ version: 2, status: 'RESCHEDULED', startsAt: june8, moveCount: 1, venueName: 'Gedung Kesenian' })
  await deliverAll(ctx, ada.userId)
  expect(mails[0]?.text).toContain('Tuesday, 8 June 2027')
  expect(mails[0]?.text).toContain('Gedung Kesenian')
  await change({ version: 3, status: 'POSTPONED', startsAt: june8, moveCount: 2 })
  const first = await messageByChannel(ctx, ada.userId, 'EMAIL')
  const again = later(ctxOf(database, { viewer: admin, channels: ctx.channels }), 1)
  await resendNotification(again, { id: first.id })
  await deliverAll(again, ada.userId)
  expect(mails.at(-1)?.text).toContain('Postponed. A new date will follow.')
  await work(ctx, performanceId)
})
