import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suppressions } from '../src/db/tables/people.ts'
import { snsReceiver } from '../src/feedback/sns-receiver.ts'
import { type SnsFields, type SnsSigner, startSnsSigner } from './aws/sns-signer.ts'
import {
  ctxOf,
  deliverAll,
  fakeMailServer,
  issued,
  messageByChannel,
  migrations,
  noon,
  notificationOn,
  person,
  take,
  timelineOf,
} from './factories.ts'

const database = useDatabase(migrations)
const topicArn = 'arn:aws:sns:eu-central-1:123456789012:ses-feedback'

let aws: SnsSigner
let service: Server
beforeAll(async () => {
  aws = await startSnsSigner()
  const sns = snsReceiver({ topicArn, agent: aws.agent })
  service = (await notificationOn(database, { sns })).createServer().listen(0, '127.0.0.1')
  await once(service, 'listening')
})
afterAll(() => {
  service.closeAllConnections()
  service.close()
  aws.close()
})

function delivery(event: object, overrides: SnsFields = {}, version: '1' | '2' = '2'): SnsFields {
  const Message = JSON.stringify(event)
  return aws.sign(
    {
      Type: 'Notification',
      MessageId: newId('x'),
      TopicArn: topicArn,
      Message,
      Timestamp: noon.toISOString(),
      ...overrides,
    },
    version,
  )
}

async function post(body: object): Promise<number> {
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/webhooks/sns`
  return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status
}

/** Somebody whose ticket mail was taken by SES under an id of its own. */
async function mailed() {
  const messageId = newId('ses')
  const channels = { ...fakeMailServer().channels, email: async () => ({ providerMessageId: messageId }) }
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId))
  await deliverAll(ctx, ada.userId)
  const address = String(ada.email)
  const message = await messageByChannel(ctx, ada.userId, 'EMAIL')
  const status = async () => (await messageByChannel(ctxOf(database), ada.userId, 'EMAIL')).status
  return { ctx, ada, address, message, status, mail: { messageId, timestamp: noon.toISOString() } }
}

const bounceOf = (address: string, bounceType = 'Permanent') => ({
  bounce: { bounceType, bounceSubType: 'General', bouncedRecipients: [{ emailAddress: address.toUpperCase() }] },
})
const complaintOf = (address: string) => ({
  complaint: { complainedRecipients: [{ emailAddress: address }], complaintFeedbackType: 'abuse' },
})
const suppressionOf = async (address: string) =>
  (await database.db.select().from(suppressions).where(eq(suppressions.address, address)))[0]?.reason

test('a permanent bounce marks the message, stops mail to the address, and tells admin', async () => {
  const { address, message, status, mail } = await mailed()
  const event = { notificationType: 'Bounce', mail, ...bounceOf(address) }
  expect(await post(delivery(event))).toBe(204)
  expect(await post(delivery(event))).toBe(204)
  expect(await status()).toBe('BOUNCED')
  expect((await timelineOf(ctxOf(database), message.id)).filter((step) => step.startsWith('BOUNCED'))).toHaveLength(1)
  expect(await suppressionOf(address)).toBe('HARD_BOUNCE')
  const told = (await outboxOf(database.db)).filter(({ event }) => event.subject === message.id)
  expect(told).toHaveLength(1)
  expect(JSON.stringify(told)).not.toContain(address)
})

test('believes the subject that SES gives its events, signed as topics sign by default', async () => {
  const { address, status, mail } = await mailed()
  const event = { eventType: 'Bounce', mail, ...bounceOf(address) }
  const good = delivery(event, { Subject: 'Amazon SES Email Event Notification' }, '1')
  expect(await post({ ...good, Subject: 'Something else' })).toBe(403)
  expect(await post(good)).toBe(204)
  expect(await status()).toBe('BOUNCED')
})

test('takes the text by which SES tries a new topic out', async () => {
  const Message = 'Successfully validated SNS topic for Amazon SES event publishing.'
  expect(await post(delivery({}, { Message }))).toBe(204)
})

test('a mailbox that is full stops nothing', async () => {
  const { address, status, mail } = await mailed()
  expect(await post(delivery({ eventType: 'Bounce', mail, ...bounceOf(address, 'Transient') }))).toBe(204)
  expect(await status()).toBe('BOUNCED')
  expect(await suppressionOf(address)).toBeUndefined()
})

test('a complaint stops mail to the address, and wins over a delivery that is told later', async () => {
  const { address, status, mail } = await mailed()
  await post(delivery({ eventType: 'Delivery', mail }))
  expect(await status()).toBe('DELIVERED')
  await post(delivery({ eventType: 'Complaint', mail, ...complaintOf(address) }))
  await post(delivery({ eventType: 'Delivery', mail }))
  expect(await status()).toBe('COMPLAINED')
  expect(await suppressionOf(address)).toBe('COMPLAINT')
})

test('asks SES to come again while a mail may not be recorded yet, and lets be what is none of ours', async () => {
  const unknown = (timestamp: Date) => ({ eventType: 'Delivery', mail: { messageId: newId('ses'), timestamp } })
  expect(await post(delivery(unknown(noon)))).toBe(503)
  expect(await post(delivery(unknown(new Date(noon.getTime() - 3_600_000))))).toBe(204)
  expect(await post(delivery({ eventType: 'Open', mail: {} }))).toBe(204)
})

test('believes nothing without a signature of SNS for this one topic', async () => {
  const { address, status, mail } = await mailed()
  const event = { eventType: 'Complaint', mail, ...complaintOf(address) }
  const good = delivery(event)
  const refused = [
    { ...good, Signature: good['Signature']?.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) },
    { ...good, Message: good['Message']?.replace('abuse', 'other') },
    { ...good, SigningCertURL: 'https://sns.eu-central-1.amazonaws.com.evil.example/x.pem' },
    { ...good, SigningCertURL: undefined },
    { ...good, SignatureVersion: '3' },
    delivery(event, { TopicArn: `${topicArn}-of-somebody-else` }),
    event,
    [],
  ]
  for (const body of refused) expect(await post(body)).toBe(403)
  expect(await status()).toBe('SENT')
  expect(await suppressionOf(address)).toBeUndefined()
})

test('confirms the subscription to its own topic, and follows no other address', async () => {
  const confirmation = (overrides: SnsFields) =>
    aws.sign({
      ...{
        Type: 'SubscriptionConfirmation',
        MessageId: newId('x'),
        Token: 't',
        TopicArn: topicArn,
        Message: 'Confirm',
      },
      ...{
        Timestamp: noon.toISOString(),
        SubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription',
      },
      ...overrides,
    })
  expect(await post(confirmation({}))).toBe(204)
  expect(aws.confirmed).toHaveLength(1)
  expect(await post(confirmation({ SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription' }))).toBe(403)
  expect(await post(confirmation({ TopicArn: 'arn:aws:sns:eu-central-1:666:mine' }))).toBe(403)
  expect(aws.confirmed).toHaveLength(1)
})
