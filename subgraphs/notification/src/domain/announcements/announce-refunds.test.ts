import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  ctxOf,
  deliverAll,
  fakeMailServer,
  later,
  messageByChannel,
  migrations,
  person,
  receiveDecision,
  sampleFor,
  take,
} from '../../../test/factories.ts'
import type { NotificationRow } from '../../db/tables/notifications.ts'
import { deliverMessage } from '../delivery/deliver-message.ts'

const database = useDatabase(migrations)

test('promises what payment decided goes back, in whatever order that is heard, and nothing before', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const first = sampleFor('TICKETS_CANCELLED', ada.userId)
  await take(ctx, 'booking.ticketsCancelled', first)
  expect(await deliverAll(ctx, ada.userId)).toMatchObject({ EMAIL: 'SCHEDULED', IN_APP: 'SCHEDULED' })
  expect(mails).toEqual([])
  await receiveDecision(ctx, first, 1500)
  expect((await messageByChannel(ctx, ada.userId, 'EMAIL')).notBefore).toBeNull()
  expect(await deliverAll(ctx, ada.userId)).toMatchObject({ EMAIL: 'SENT', IN_APP: 'DELIVERED' })
  expect(mails[0]?.text).toContain('We are refunding €15.00 to your original payment method.')
  expect(mails[0]?.text).toContain('€30.00 was already refunded for this ticket.')
  expect(mails[0]?.text).not.toContain('€40.00')
  expect((await messageByChannel(ctx, ada.userId, 'IN_APP')).body).toContain('We are refunding €15.00.')

  const bob = await person(ctx)
  const second = sampleFor('TICKETS_CANCELLED', bob.userId)
  await receiveDecision(ctx, second, 0)
  await take(ctx, 'booking.ticketsCancelled', second)
  expect(await deliverAll(ctx, bob.userId)).toMatchObject({ EMAIL: 'SENT' })
  expect(mails[1]?.text).toContain('€45.00 was already refunded for this ticket.')
  expect(mails[1]?.text).not.toMatch(/We are refunding|no refund/)
})

test.each([
  ['before', 0],
  ['after', 1],
])('loses no decision that is kept just %s the message is put off', async (_name, first) => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const sample = sampleFor('TICKETS_CANCELLED', ada.userId)
  await take(ctx, 'booking.ticketsCancelled', sample)
  const message = await messageByChannel(ctx, ada.userId, 'EMAIL')
  const steps = [
    () => inTransaction(ctx, (tx) => receiveDecision(tx, sample, 1500)),
    () => deliverMessage(ctx, message.id),
  ]
  const running: Promise<void>[] = []
  await database.db.transaction(async (db) => {
    await db.execute(sql`select from notifications where id = ${message.id} for update`)
    for (const step of first === 0 ? steps : steps.toReversed()) {
      running.push(step())
      await expect.poll(waitingForLock).toBe(running.length)
    }
  })
  await Promise.all(running)
  expect(await earlyJobs(message)).toBe(1)
  await deliverMessage(ctx, message.id)
  expect(mails[0]?.text).toContain('We are refunding €15.00 to your original payment method.')
})

async function waitingForLock(): Promise<number> {
  const { rows } = await database.db.execute<{ count: number }>(sql`
    select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`)
  return rows[0]?.count ?? 0
}

/** How many jobs send that message earlier than it was put off to. */
async function earlyJobs({ id, createdAt }: NotificationRow): Promise<number> {
  const putOffTo = new Date(createdAt.getTime() + 10 * 60_000).toISOString()
  const { rows } = await database.db.execute<{ count: number }>(sql`
    select count(*)::integer as count from graphile_worker.jobs where key = ${`deliver:${id}`} and run_at <> ${putOffTo}`)
  return rows[0]?.count ?? 0
}

test.each(['TICKETS_CANCELLED', 'BOOKING_REJECTED'] as const)(
  'tells of %s without an amount when payment says nothing for ten minutes',
  async (kind) => {
    const { mails, channels } = fakeMailServer()
    const ctx = ctxOf(database, { channels })
    const ada = await person(ctx)
    const event = kind === 'BOOKING_REJECTED' ? 'booking.rejected' : 'booking.ticketsCancelled'
    await take(ctx, event, sampleFor(kind, ada.userId))
    await deliverAll(later(ctx, 9), ada.userId)
    expect(mails).toEqual([])
    await deliverAll(later(ctx, 10), ada.userId)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.text).toContain('We will email you')
    expect(mails[0]?.text).not.toContain('€40.00')
    expect(mails[0]?.text).not.toContain('We are refunding')
  },
)

test('does not wait for payment where nothing was paid or nothing is owed', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const nothing = { amountMinor: 0, currency: 'EUR' }
  for (const change of [{ paymentId: null }, {}]) {
    const sample = sampleFor('TICKETS_CANCELLED', ada.userId) as object
    await take(ctx, 'booking.ticketsCancelled', { ...sample, refund: nothing, entitled: nothing, ...change })
  }
  await deliverAll(ctx, ada.userId)
  expect(mails).toHaveLength(2)
  for (const mail of mails) expect(mail.text).toContain('There is no refund for this cancellation.')
})

test('tells holders that the performance does not take place, and why, in one mail per booking', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const sample = sampleFor('TICKETS_CANCELLED', ada.userId) as object
  const fact = { ...sample, cause: 'PERFORMANCE_CANCELLED', reason: 'The roof is leaking.', isWhole: true }
  await take(ctx, 'booking.ticketsCancelled', fact)
  await receiveDecision(ctx, fact, 4500)
  await deliverAll(ctx, ada.userId)
  expect(mails).toHaveLength(1)
  expect(mails[0]?.subject).toBe('Hamlet is cancelled: your ticket is no longer valid')
  expect(mails[0]?.text).toContain('has been cancelled')
  expect(mails[0]?.text).toContain('Reason: The roof is leaking.')
  expect((await messageByChannel(ctx, ada.userId, 'IN_APP')).title).toBe('Hamlet is cancelled')
})

test('says why the performance was cancelled to those who paid meanwhile, and not that they were late', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const sample = sampleFor('BOOKING_REJECTED', ada.userId) as object
  const fact = { ...sample, reason: 'PERFORMANCE_CANCELLED', cancellationReason: 'The roof is leaking.' }
  await take(ctx, 'booking.rejected', fact)
  await receiveDecision(ctx, fact, 9850)
  await deliverAll(ctx, ada.userId)
  expect(mails[0]?.text).toContain('was cancelled before your payment reached us')
  expect(mails[0]?.text).toContain('Reason: The roof is leaking.')
  expect(mails[0]?.text).not.toMatch(/too late|time to pay had run out/)
  const inApp = await messageByChannel(ctx, ada.userId, 'IN_APP')
  expect(inApp.body).toContain('The roof is leaking.')
  expect(inApp.body).not.toContain('too late')
})

test('tells everybody who can approve a refund or a cancellation that it waits, and not whoever asked', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const [asker, owner] = [await person(ctx), await person(ctx)]
  const amount = { amountMinor: 60_000, currency: 'EUR' }
  const who = { partnerId: 'ptr_1', amount, requestedBy: asker.userId, approverIds: [owner.userId] }
  const booking = { paymentId: 'pay_1', bookingId: 'bkg_1', reference: 'K7QM-2F9D', userId: 'usr_1' }
  await take(ctx, 'payment.approvalRequested', { ...booking, ...who, refundId: 'rfd_waits' })
  await take(ctx, 'booking.approvalRequested', {
    ...{ ...who, requestId: 'crq_waits', kind: 'EVENT', eventTitle: 'Hamlet' },
  })
  for (const { userId } of [asker, owner]) await deliverAll(ctx, userId)
  expect(mails.map((mail) => [mail.to.address, mail.subject])).toEqual([
    [owner.email, 'Approval needed: €600.00 for K7QM-2F9D'],
    [owner.email, 'Approval needed: €600.00 for Hamlet'],
  ])
})
