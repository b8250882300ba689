import { newId } from '@tikitu/kit/base/ids'
import type { CloudEvent } from '@tikitu/kit/messaging/cloud-event'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { channelsWith, ctxOf, deliverAll, messagesTo, migrations, person, take } from '../../../test/factories.ts'
import { type MailServer, startMailServer } from '../../../test/mail-server.ts'
import { smtpChannel } from '../../channels/email.ts'
import { announcePartnerStatus } from './announce-partner-news.ts'

const database = useDatabase(migrations)

let server: MailServer
let smtp: ReturnType<typeof smtpChannel>

beforeAll(async () => {
  server = await startMailServer()
  smtp = smtpChannel({ url: server.url, from: 'Tikitu <tickets@tikitu.example>' })
})

afterAll(async () => {
  smtp.close()
  await server.close()
})

const ctx = () => ctxOf(database, { channels: channelsWith({ email: smtp.send }), webUrl: 'https://web.example' })

/** Delivers what waits for the person, and returns their mails, oldest first. */
async function mailsTo({ userId, email }: { userId: string; email: string | null }) {
  await deliverAll(ctx(), userId)
  return server.mails.filter((mail) => JSON.stringify(mail.to).includes(String(email)))
}

async function team() {
  const [owner, manager, stranger] = [await person(ctx()), await person(ctx()), await person(ctx())]
  const people = { partnerId: newId('ptr'), name: 'Teater Jakarta', memberIds: [owner.userId, manager.userId] }
  return { owner, manager, stranger, people }
}

const statusOf = (
  people: Awaited<ReturnType<typeof team>>['people'],
  change: Partial<Payload<'partner.statusChanged'>>,
) => ({
  ...people,
  from: 'VERIFIED' as const,
  status: 'RESTRICTED' as const,
  reason: null,
  ...change,
})

test.each([
  ['RESTRICTED', 'VERIFIED', 'Your partner account is restricted'],
  ['SUSPENDED', 'RESTRICTED', 'Your partner account is suspended'],
  ['VERIFIED', 'SUSPENDED', 'Your partner account is reinstated'],
  ['TERMINATED', 'VERIFIED', 'Your partner account is closed'],
] as const)(
  'tells owners and managers that the partner is %s, with the reason, and nobody else',
  async (status, from, subject) => {
    const { owner, manager, stranger, people } = await team()
    await take(
      ctx(),
      'partner.statusChanged',
      statusOf(people, { from, status, reason: 'Events were cancelled late.' }),
    )
    for (const reader of [owner, manager]) {
      const [mail, ...more] = await mailsTo(reader)
      expect(more).toEqual([])
      expect(mail?.subject).toBe(subject)
      expect(mail?.text).toContain('Teater Jakarta')
      expect(mail?.text).toContain('Events were cancelled late.')
      expect(mail?.text).toContain(`https://web.example/partners/${people.partnerId}`)
    }
    expect(await messagesTo(ctx(), stranger.userId)).toEqual([])
  },
)

test('tells of a change once when its event comes twice, and again when the same change happens again', async () => {
  const { owner, people } = await team()
  const restricted = statusOf(people, { status: 'RESTRICTED' })
  const first = { id: newId('evt') } as CloudEvent
  await announcePartnerStatus(ctx(), restricted, first)
  await announcePartnerStatus(ctx(), restricted, first)
  expect(await messagesTo(ctx(), owner.userId)).toHaveLength(2)
  await announcePartnerStatus(ctx(), restricted, { id: newId('evt') } as CloudEvent)
  expect(await messagesTo(ctx(), owner.userId)).toHaveLength(4)
})

test('tells of each state of a document once, with the day until which it is valid', async () => {
  const { owner, people } = await team()
  const document = { ...people, documentId: newId('doc'), kind: 'IDENTITY' as const, reason: null }
  const days = { validUntil: '2027-06-30', restrictedFrom: '2027-07-15' }
  const expiring = { ...document, status: 'EXPIRING' as const, ...days }
  await take(ctx(), 'partner.documentStatusChanged', expiring)
  await take(ctx(), 'partner.documentStatusChanged', expiring)
  const [mail] = await mailsTo(owner)
  expect(mail?.text).toContain('30 June 2027')
  expect(mail?.text).toContain('15 July 2027')
  await take(ctx(), 'partner.documentStatusChanged', { ...expiring, status: 'EXPIRED' })
  expect(await mailsTo(owner)).toHaveLength(2)
})

test('tells all owners and managers of each step of a new bank account, with its last digits only', async () => {
  const { owner, manager, people } = await team()
  const account = { ...people, bankAccountId: newId('bnk'), country: 'ID', lastFour: '4471' }
  const proposed = { ...account, status: 'PROPOSED' as const, changedAt: '2027-06-01T09:00:00.000Z', payoutsFrom: null }
  await take(ctx(), 'partner.bankAccountChanged', proposed)
  await take(ctx(), 'partner.bankAccountChanged', proposed)
  for (const reader of [owner, manager]) {
    const [mail, ...more] = await mailsTo(reader)
    expect(more).toEqual([])
    expect(mail?.text).toContain('4471')
  }
  const inUse = { ...proposed, status: 'IN_USE' as const, payoutsFrom: '2027-06-04T09:00:00.000Z' }
  await take(ctx(), 'partner.bankAccountChanged', inUse)
  const [, second] = await mailsTo(manager)
  expect(second?.text).toContain('4 June 2027')
})
