import { InvalidState } from '@tikitu/kit/base/errors'
import { newId } from '@tikitu/kit/base/ids'
import { purge } from '@tikitu/kit/messaging/purge'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { plansOf } from '@tikitu/kit/testing/database/plans'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  admin,
  ctxOf,
  deliverAll,
  fakeMailServer,
  issued,
  messageByChannel,
  messagesTo,
  migrations,
  person,
  take,
} from '../test/factories.ts'
import { notificationSteps, notifications } from './db/tables/notifications.ts'
import { listNotifications, type NotificationFilter } from './domain/messages/list-notifications.ts'
import { resendNotification } from './domain/messages/resend-notification.ts'
import { purgeRules } from './purge.ts'

const database = useDatabase(migrations)

const performance = (performanceId: string, startsAt: Date, version = 1) => ({
  ...{ performanceId, version, eventId: 'shw_1', eventTitle: 'Hamlet', partnerId: 'ptr_1', status: 'SCHEDULED' },
  ...{ startsAt: startsAt.toISOString(), capacity: 100 },
})
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)

/** Somebody whose tickets were mailed, for a performance in that many days. */
async function holder(startsInDays: number) {
  const ctx = ctxOf(database, { channels: fakeMailServer().channels })
  const performanceId = newId('prf')
  const { userId } = await person(ctx)
  await take(ctx, 'booking.performanceChanged', performance(performanceId, inDays(startsInDays)))
  const showing = { ...issued('').showing, performanceId, startsAt: inDays(startsInDays).toISOString() }
  await take(ctx, 'booking.ticketsIssued', issued(userId, { showing }))
  await deliverAll(ctx, userId)
  return { userId, message: await messageByChannel(ctx, userId, 'EMAIL') }
}

const purgeAt = (moment: Date) => purge(ctxOf(database), purgeRules(moment))

test('empties the data of messages after 90 days, and of tickets a month after their performance', async () => {
  const soon = await holder(10)
  const late = await holder(200)
  const dataOf = async (id: string) =>
    (await database.db.select().from(notifications).where(eq(notifications.id, id)))[0]?.data
  await purgeAt(inDays(89))
  expect(await dataOf(soon.message.id)).not.toEqual({})
  await purgeAt(inDays(91))
  expect(await dataOf(soon.message.id)).toEqual({})
  expect(JSON.stringify(await dataOf(late.message.id))).toContain('code')
  await purgeAt(inDays(229))
  expect(await dataOf(late.message.id)).not.toEqual({})
  await purgeAt(inDays(231))
  expect(await dataOf(late.message.id)).toEqual({})
})

test('refuses to send again what has no content left', async () => {
  const { message } = await holder(1)
  await purgeAt(inDays(91))
  const again = resendNotification(ctxOf(database, { viewer: admin }), { id: message.id })
  await expect(again).rejects.toThrow(InvalidState)
  await expect(again).rejects.toThrow('This message is too old to send again')
})

test('forgets the steps of a message after half a year, and the message after two', async () => {
  const { userId, message } = await holder(1)
  const steps = () => database.db.$count(notificationSteps, eq(notificationSteps.notificationId, message.id))
  await purgeAt(inDays(179))
  expect(await steps()).toBeGreaterThan(0)
  await purgeAt(inDays(181))
  expect(await steps()).toBe(0)
  expect(await messagesTo(ctxOf(database), userId)).not.toHaveLength(0)
  await purgeAt(inDays(731))
  expect(await messagesTo(ctxOf(database), userId)).toHaveLength(0)
})

const lists: NotificationFilter[] = [
  {},
  { statuses: ['FAILED'] },
  { statuses: ['FAILED', 'BOUNCED'], channel: 'SMS' },
  { kinds: ['MEMBER_INVITED'] },
  { channel: 'SMS' },
  { subjectId: 'bkg_17' },
  { address: 'nobody@example.org' },
  { createdAt: { before: new Date('2020-01-01T00:00:00Z') } },
]

test('reads few of many messages, whatever the list is filtered by, and the right ones', async () => {
  const { message } = await holder(5)
  await database.db.execute(sql`
    insert into notifications select (jsonb_populate_record(notifications, jsonb_build_object('id', 'ntf_c' || lpad(n::text, 6, '0'),
      'cause', 'copy' || n, 'subject_id', 'bkg_' || n, 'status', case when n % 5000 = 0 then 'FAILED' else 'SENT' end))).*
    from notifications, generate_series(1, 15000) n where notifications.id = ${message.id}`)
  await database.pool.query('analyze notifications')
  const ctx = ctxOf(database, { viewer: admin })
  for (const args of lists.flatMap((filter) => [{ filter }, { filter, last: 20 }])) {
    const [list] = await plansOf(database.pool, () => listNotifications(ctx, args))
    expect({ args, seqScans: list?.seqScans }).toEqual({ args, seqScans: [] })
    expect(list?.rowsRead, JSON.stringify(args)).toBeLessThan(200)
  }
  const failed = await listNotifications(ctx, { filter: { statuses: ['FAILED', 'BOUNCED'] }, first: 2 })
  expect(failed.edges.map(({ node }) => node.id)).toEqual(['ntf_c015000', 'ntf_c010000'])
  const rest = await listNotifications(ctx, { filter: { statuses: ['FAILED'] }, after: failed.pageInfo.endCursor })
  expect(rest.edges.map(({ node }) => node.id)).toEqual(['ntf_c005000'])
})
