import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { snsReceiver } from '../src/feedback/sns-receiver.ts'
import recorded from './aws/ses-events.json' with { type: 'json' }
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
} from './factories.ts'

const database = useDatabase(migrations)
const region = 'eu-central-1'

let fauxqs: FauxqsServer
let topicArn: string
let signer: SnsSigner
let service: Server

beforeAll(async () => {
  fauxqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false, defaultRegion: region })
  topicArn = fauxqs.createTopic('ses-feedback', { region }).topicArn
  fauxqs.createQueue('feedback', { region })
  fauxqs.subscribe({ topic: 'ses-feedback', queue: 'feedback', region })
  signer = await startSnsSigner()
  const sns = snsReceiver({ topicArn, agent: signer.agent })
  service = (await notificationOn(database, { sns })).createServer().listen(0, '127.0.0.1')
  await once(service, 'listening')
})
afterAll(async () => {
  service.closeAllConnections()
  service.close()
  signer.close()
  await fauxqs.stop()
})

/** Publishes an event as SES does, and returns the envelope that the emulator of SNS puts around it. */
async function envelopeOf(event: object): Promise<SnsFields> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = new SNSClient({ region, endpoint: `http://127.0.0.1:${fauxqs.port}`, credentials })
  const Subject = 'Amazon SES Email Event Notification'
  await client.send(new PublishCommand({ TopicArn: topicArn, Subject, Message: JSON.stringify(event) }))
  client.destroy()
  const [message] = fauxqs.inspectQueue('feedback')?.messages.ready ?? []
  return JSON.parse(message?.body ?? '{}') as SnsFields
}

async function post(body: object): Promise<number> {
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/webhooks/sns`
  return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status
}

test('a bounce in the envelope of an emulator of SNS is refused with its made-up signature, and taken with a real one', async () => {
  const { mail, events } = recorded
  const channels = { ...fakeMailServer().channels, email: async () => ({ providerMessageId: mail.messageId }) }
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId))
  await deliverAll(ctx, ada.userId)
  const envelope = await envelopeOf({ ...events[0]?.event, mail: { ...mail, timestamp: noon.toISOString() } })
  expect(envelope).toMatchObject({ Type: 'Notification', TopicArn: topicArn, UnsubscribeURL: expect.any(String) })
  expect(await post(envelope)).toBe(403)
  const { Signature: _none, SignatureVersion: _version, SigningCertURL: _url, ...fields } = envelope
  expect(await post(signer.sign(fields, '1'))).toBe(204)
  expect((await messageByChannel(ctx, ada.userId, 'EMAIL')).status).toBe('BOUNCED')
})
