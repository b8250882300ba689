import { createSign, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { Agent } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suppressions } from '../src/db/tables/people.ts'
import { snsReceiver } from '../src/feedback/sns-receiver.ts'
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
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const certificateUrl = `https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-${'a'.repeat(32)}.pem`

/** Stands where AWS does: it hands out the key that the test signs with, and notes which confirmations were followed. */
const confirmed: string[] = []
const aws = createServer((request, response) => {
  if (request.url?.includes('ConfirmSubscription')) confirmed.push(request.url)
  response.end(publicKey.export({ type: 'spki', format: 'pem' }))
})
class AwsAgent extends Agent {
  override createConnection() {
    return connect((aws.address() as AddressInfo).port, '127.0.0.1') as never
  }
}

let service: Server
beforeAll(async () => {
  aws.listen(0, '127.0.0.1')
  await once(aws, 'listening')
  const sns = snsReceiver({ topicArn, agent: new AwsAgent({ keepAlive: false }) })
  service = (await notificationOn(database, { sns })).createServer().listen(0, '127.0.0.1')
  await once(service, 'listening')
})
afterAll(() => {
  service.closeAllConnections()
  service.close()
  aws.closeAllConnections()
  aws.close()
})

type Fields = Record<string, string>

/** As SNS signs it: the fields of its kind in this order, each with its name on a line before it. */
function signed(fields: Fields): Fields {
  const names = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const text = names
    .filter((name) => name in fields)
    .map((name) => `${name}\n${fields[name]}\n`)
    .join('')
  const Signature = createSign('sha256').update(text).sign(privateKey, 'base64')
  return { ...fields, SignatureVersion: '2', Signature, SigningCertURL: certificateUrl }
}

function delivery(event: object, overrides: Fields = {}): Fields {
  const Message = JSON.stringify(event)
  return signed({
    Type: 'Notification',
    MessageId: newId('x'),
    TopicArn: topicArn,
    Message,
    Timestamp: noon.toISOString(),
    ...overrides,
  })
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
  const confirmation = (overrides: Fields) =>
    signed({
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
  expect(confirmed).toHaveLength(1)
  expect(await post(confirmation({ SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription' }))).toBe(403)
  expect(await post(confirmation({ TopicArn: 'arn:aws:sns:eu-central-1:666:mine' }))).toBe(403)
  expect(confirmed).toHaveLength(1)
})
