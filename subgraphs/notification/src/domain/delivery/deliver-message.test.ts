import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  allChannels,
  channelsWith,
  ctxOf,
  deliverAll,
  fakeMailServer,
  issued,
  jobTimeOf,
  later,
  messageByChannel,
  messagesTo,
  migrations,
  person,
  take,
  timelineOf,
} from '../../../test/factories.ts'
import { DeliveryRefused } from '../../channels/channel.ts'
import type { Ctx } from '../../context.ts'
import type { Category, Channel } from '../../db/columns.ts'
import { suppressions } from '../../db/tables/people.ts'
import { notify } from '../announcements/notify.ts'
import { deliverMessage } from './deliver-message.ts'
import { recoverMessages } from './recover-messages.ts'

const database = useDatabase(migrations)

async function announce(ctx: Ctx, userId: string, how: { category?: Category; channels?: Channel[] } = {}) {
  const data = { texts: [{ locale: 'en', title: 'News', body: 'One.\n\nTwo.' }], link: null }
  await notify(ctx, { kind: 'CUSTOM', cause: newId('tst'), to: [{ userId }], data, channels: ['EMAIL'], ...how })
}

test('a message that is not taken is tried again after growing pauses, then becomes a dead letter that admin hears of', async () => {
  const email = async () => {
    throw new Error('the server is away')
  }
  let ctx = ctxOf(database, { channels: channelsWith({ email }) })
  const ada = await person(ctx)
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId))
  const { id } = await messageByChannel(ctx, ada.userId, 'EMAIL')
  const pauses: number[] = []
  for (let attempt = 1; attempt <= 7; attempt++) {
    await deliverMessage(ctx, id)
    const message = await messageByChannel(ctx, ada.userId, 'EMAIL')
    expect(message).toMatchObject({ status: 'RETRY_WAIT', attempts: attempt, lastError: 'the server is away' })
    expect(await jobTimeOf(ctx, id)).toEqual(message.notBefore)
    pauses.push(Math.floor(((message.notBefore?.getTime() ?? 0) - ctx.now().getTime()) / 60_000))
    ctx = later(ctx, 600)
  }
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
  await deliverMessage(ctx, id)
  expect(await messageByChannel(ctx, ada.userId, 'EMAIL')).toMatchObject({ status: 'FAILED', attempts: 8 })
  const failures = (await outboxOf(database.db)).filter(({ event }) => event.subject === id)
  expect(failures).toMatchObject([
    { to: 'admin', event: { type: 'tikitu.notification.failed.v1', data: { userId: ada.userId, channel: 'EMAIL' } } },
  ])
  await deliverMessage(ctx, id)
  expect(await timelineOf(ctx, id)).toHaveLength(2 + 7 * 2 + 2)
})

test('an address that does not exist is not tried again, and gets nothing more, whatever it is about', async () => {
  const email = async () => {
    throw new DeliveryRefused('550 <ada@example.org>: no such user', true)
  }
  const ctx = ctxOf(database, { channels: channelsWith({ email }) })
  const ada = await person(ctx, { email: `Ada.${newId('x')}@Example.org` })
  await announce(ctx, ada.userId)
  expect(await deliverAll(ctx, ada.userId)).toEqual({ EMAIL: 'FAILED' })
  const { id } = await messageByChannel(ctx, ada.userId, 'EMAIL')
  const [failure] = (await outboxOf(database.db)).filter(({ event }) => event.subject === id)
  expect(failure?.event.data).toMatchObject({ error: '550 <[address]>: no such user' })
  const { mails, channels } = fakeMailServer()
  const mended = ctxOf(database, { channels })
  await take(mended, 'booking.ticketsIssued', issued(ada.userId))
  expect(await deliverAll(mended, ada.userId)).toMatchObject({ EMAIL: 'SUPPRESSED', IN_APP: 'DELIVERED' })
  expect(mails).toEqual([])
})

test('a mail that is refused for itself alone leaves the address in use', async () => {
  const email = async () => {
    throw new DeliveryRefused('554 looks like spam', false)
  }
  const ctx = ctxOf(database, { channels: channelsWith({ email }) })
  const ada = await person(ctx)
  await announce(ctx, ada.userId)
  await deliverAll(ctx, ada.userId)
  expect(
    await database.db
      .select()
      .from(suppressions)
      .where(eq(suppressions.address, String(ada.email))),
  ).toEqual([])
})

test('a channel that is not set up makes no message; one that was switched off since leaves its message out', async () => {
  const ctx = ctxOf(database)
  const ada = await person(ctx, { phone: '+491701234567' })
  await announce(ctx, ada.userId, { channels: ['EMAIL', 'SMS', 'PUSH', 'IN_APP'] })
  expect(await deliverAll(ctx, ada.userId)).toEqual({ IN_APP: 'DELIVERED' })
  const bob = await person(ctx)
  await announce(ctxOf(database, { channels: fakeMailServer().channels }), bob.userId, { channels: ['EMAIL'] })
  expect(await deliverAll(ctx, bob.userId)).toEqual({ EMAIL: 'CHANNEL_OFF' })
})

test('suppression is asked at the moment of sending, not when the message is made', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId))
  const address = String(ada.email)
  await database.db
    .insert(suppressions)
    .values({ channel: 'EMAIL', address, reason: 'COMPLAINT', createdAt: ctx.now() })
  expect(await deliverAll(ctx, ada.userId)).toMatchObject({ EMAIL: 'SUPPRESSED' })
  expect(mails).toEqual([])
})

test('marketing goes to those alone who agreed to it, and what can wait not to the suspended', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const no = await person(ctx)
  const yes = await person(ctx, { marketingConsent: true })
  const out = await person(ctx, { status: 'SUSPENDED', marketingConsent: true })
  for (const { userId } of [no, yes, out]) await announce(ctx, userId, { category: 'MARKETING' })
  expect(await deliverAll(ctx, no.userId)).toEqual({ EMAIL: 'NO_CONSENT' })
  expect(await deliverAll(ctx, yes.userId)).toEqual({ EMAIL: 'SENT' })
  expect(await deliverAll(ctx, out.userId)).toEqual({ EMAIL: 'RECIPIENT_SUSPENDED' })
  await take(ctx, 'booking.ticketsIssued', issued(out.userId))
  expect(await messagesTo(ctx, out.userId)).toHaveLength(3)
  for (const message of await messagesTo(ctx, out.userId)) await deliverMessage(ctx, message.id)
  expect(mails.map((mail) => mail.subject)).toEqual(['News', 'Your tickets for Hamlet'])
})

test('who is never heard of is given up after three days', async () => {
  const ctx = ctxOf(database, { channels: fakeMailServer().channels })
  const userId = newId('usr')
  await announce(ctx, userId)
  expect(await deliverAll(later(ctx, 3 * 24 * 60), userId)).toEqual({ EMAIL: 'RETRY_WAIT' })
  expect(await deliverAll(later(ctx, 3 * 24 * 60 + 1), userId)).toEqual({ EMAIL: 'FAILED' })
})

test('two workers with the same message send it once', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  await announce(ctx, ada.userId)
  const [message] = await messagesTo(ctx, ada.userId)
  await Promise.all(Array.from({ length: 8 }, () => deliverMessage(ctx, String(message?.id))))
  expect(mails).toHaveLength(1)
})

test('a message whose sender died is put back in line; a sender that comes back late changes nothing', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  await announce(ctx, ada.userId)
  const [{ id } = { id: '' }] = await messagesTo(ctx, ada.userId)
  let comeBack = (_answer: { providerMessageId: string }): void => undefined
  const email = () =>
    new Promise<{ providerMessageId: string }>((resolve) => {
      comeBack = resolve
    })
  const hanging = ctxOf(database, { channels: channelsWith({ email }) })
  const stuck = deliverMessage(hanging, id)
  await expect.poll(async () => (await messagesTo(ctx, ada.userId))[0]?.status).toBe('SENDING')
  await recoverMessages(later(ctx, 4))
  expect(await messagesTo(ctx, ada.userId)).toMatchObject([{ status: 'SENDING' }])
  await recoverMessages(later(ctx, 5))
  expect(await messagesTo(ctx, ada.userId)).toMatchObject([{ status: 'QUEUED' }])
  expect(await jobTimeOf(ctx, id)).not.toBeNull()
  await deliverMessage(ctx, id)
  comeBack({ providerMessageId: 'too late' })
  await stuck
  expect(await messagesTo(ctx, ada.userId)).toMatchObject([{ status: 'SENT', providerMessageId: 'taken-1' }])
  expect(mails[0]?.id).toBe(id)
})

test('a sender that fails late does not end the try of the one that took over', async () => {
  const ctx = ctxOf(database, { channels: allChannels() })
  const ada = await person(ctx)
  await announce(ctx, ada.userId)
  const [{ id } = { id: '' }] = await messagesTo(ctx, ada.userId)
  const senders = [Promise.withResolvers<{ providerMessageId: string }>(), Promise.withResolvers<never>()]
  const hanging = senders.map(({ promise }) => ctxOf(database, { channels: channelsWith({ email: () => promise }) }))
  const tries: Promise<void>[] = []
  for (const [index, sender] of hanging.entries()) {
    tries.push(deliverMessage(sender, id))
    await expect.poll(async () => (await messagesTo(ctx, ada.userId))[0]).toMatchObject({ attempts: index + 1 })
    if (index === 0) await recoverMessages(later(ctx, 5))
  }
  senders[0]?.reject(new Error('the line broke'))
  await tries[0]
  expect(await messagesTo(ctx, ada.userId)).toMatchObject([{ status: 'SENDING', attempts: 2 }])
  senders[1]?.resolve({ providerMessageId: 'second' } as never)
  await tries[1]
  expect(await messagesTo(ctx, ada.userId)).toMatchObject([{ status: 'SENT', providerMessageId: 'second' }])
})

test('a message whose job was lost gets another', async () => {
  const ctx = ctxOf(database, { channels: fakeMailServer().channels })
  const ada = await person(ctx)
  await announce(ctx, ada.userId)
  const [{ id } = { id: '' }] = await messagesTo(ctx, ada.userId)
  await database.pool.query('select graphile_worker.remove_job($1)', [`deliver:${id}`])
  await recoverMessages(later(ctx, 5))
  expect(await jobTimeOf(ctx, id)).not.toBeNull()
})
