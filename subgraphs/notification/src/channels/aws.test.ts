import { useDatabase } from '@tikitu/kit/testing/database/database'
import { simpleParser } from 'mailparser'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type AwsServer, startAwsServer } from '../../test/aws-server.ts'
import {
  ctxOf,
  deliverAll,
  issued,
  messageByChannel,
  migrations,
  person,
  receiveDecision,
  sampleFor,
  take,
} from '../../test/factories.ts'
import { listDevices, registerDevice } from '../domain/preferences/devices.ts'
import { updatePreferences } from '../domain/preferences/preferences.ts'
import type { Channels } from './channel.ts'
import { openChannels } from './open-channels.ts'

const database = useDatabase(migrations)

let aws: AwsServer
let channels: Channels

beforeAll(async () => {
  aws = await startAwsServer()
  const region = 'eu-central-1'
  channels = openChannels({
    smtp: null,
    ses: { region, endpoint: aws.url, from: 'Tikitu <tickets@tikitu.example>' },
    sns: {
      region,
      endpoint: aws.url,
      hasSms: true,
      smsSenderId: 'Tikitu',
      applicationArns: { APNS: 'arn:aws:sns:eu-central-1:1:app/APNS/tikitu' },
    },
  })
})

afterEach(() => {
  aws.calls.length = 0
})

afterAll(async () => {
  await channels.close()
  await aws.close()
})

async function somebody(phone: string | null = '+491701234567') {
  const ctx = ctxOf(database, { channels })
  const data = await person(ctx, { phone })
  return { ctx, ...data, viewer: { kind: 'user' as const, userId: data.userId, email: null, groups: ['user'] } }
}

function callsOf(action: string) {
  return aws.calls.filter((call) => call.action === action)
}

test('sends a whole mail over the API of SES, signed', async () => {
  const { ctx, userId, email } = await somebody()
  await take(ctx, 'booking.ticketsIssued', issued(userId))
  expect(await deliverAll(ctx, userId)).toMatchObject({ EMAIL: 'SENT' })
  const [call] = callsOf('SendEmail')
  expect(call).toMatchObject({ isSigned: true, params: { Destination: { ToAddresses: [email] } } })
  const content = call?.params['Content'] as { Raw?: { Data: string } } | undefined
  const mail = await simpleParser(Buffer.from(content?.Raw?.Data ?? '', 'base64'))
  expect(mail.subject).toBe('Your tickets for Hamlet')
  expect(mail.attachments.map((file) => file.contentType)).toEqual([
    'image/png',
    'image/png',
    'application/pdf',
    'text/calendar',
  ])
  expect((await messageByChannel(ctx, userId, 'EMAIL')).providerMessageId).toContain('SendEmail-')
})

test('what SES rejects is final; what SES is too busy for is tried again', async () => {
  const { ctx, userId } = await somebody()
  await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', userId))
  aws.failWith('SendEmail', { status: 429, code: 'TooManyRequestsException', message: 'slow down' })
  expect(await deliverAll(ctx, userId)).toMatchObject({ EMAIL: 'RETRY_WAIT' })
  aws.failWith('SendEmail', { status: 400, code: 'MessageRejected', message: 'no' })
  expect(await deliverAll(ctx, userId)).toMatchObject({ EMAIL: 'FAILED' })
  aws.failWith('SendEmail', null)
})

test('a text message goes only to those who asked for it, and says what it is', async () => {
  const { ctx, userId, viewer } = await somebody()
  await take(ctx, 'booking.rejected', sampleFor('BOOKING_REJECTED', userId))
  expect(await deliverAll(ctx, userId)).toMatchObject({ SMS: 'PREFERENCE_OFF' })
  const wish = { choices: [{ category: 'TICKETS' as const, channel: 'SMS' as const, isEnabled: true }] }
  await updatePreferences(ctxOf(database, { viewer }), wish)
  const other = { ...(sampleFor('BOOKING_REJECTED', userId) as object) }
  await take(ctx, 'booking.rejected', other)
  await receiveDecision(ctx, other, 9850)
  await deliverAll(ctx, userId)
  const [call] = callsOf('Publish')
  expect(call).toMatchObject({
    isSigned: true,
    params: {
      PhoneNumber: '+491701234567',
      Message:
        'Tikitu: no tickets could be issued for your payment for Hamlet (booking K7QM-2F9D). We are refunding €98.50.',
      'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
      'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
      'MessageAttributes.entry.2.Value.StringValue': 'Tikitu',
    },
  })
})

test('a number that SNS does not take gets nothing more', async () => {
  const { ctx, userId, viewer } = await somebody('+491700000000')
  const wish = { choices: [{ category: 'TICKETS' as const, channel: 'SMS' as const, isEnabled: true }] }
  await updatePreferences(ctxOf(database, { viewer }), wish)
  const message = 'Invalid parameter: PhoneNumber Reason: +491700000000 is not valid to publish to'
  aws.failWith('Publish', { status: 400, code: 'InvalidParameter', message })
  const rejected = sampleFor('BOOKING_REJECTED', userId)
  await take(ctx, 'booking.rejected', rejected)
  await receiveDecision(ctx, rejected, 9850)
  await deliverAll(ctx, userId)
  aws.failWith('Publish', null)
  expect(await messageByChannel(ctx, userId, 'SMS')).toMatchObject({ status: 'FAILED', attempts: 1 })
  await take(ctx, 'booking.ticketsCancelled', sampleFor('TICKETS_CANCELLED', userId))
  expect(await deliverAll(ctx, userId)).toMatchObject({ SMS: 'SUPPRESSED' })
})

test('push makes an endpoint for a device once, and speaks the form of its platform', async () => {
  const { ctx, userId, viewer } = await somebody()
  await registerDevice(ctxOf(database, { viewer }), { platform: 'APNS', token: `t-${userId}`, name: 'Phone' })
  for (let i = 0; i < 2; i++) {
    await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', userId))
    await deliverAll(ctx, userId)
  }
  expect(callsOf('CreatePlatformEndpoint')).toMatchObject([
    { params: { Token: `t-${userId}`, PlatformApplicationArn: 'arn:aws:sns:eu-central-1:1:app/APNS/tikitu' } },
  ])
  const [first, second] = callsOf('Publish')
  expect(first?.params['TargetArn']).toMatch(/^arn:aws:sns:eu-central-1:1:endpoint\//)
  expect(second?.params['TargetArn']).toBe(first?.params['TargetArn'])
  const { APNS } = JSON.parse(String(first?.params['Message'])) as { APNS: string }
  expect(JSON.parse(APNS)).toMatchObject({
    aps: { alert: { title: 'Your refund of €40.00 is on its way' } },
    link: expect.stringMatching(/^\/bookings\/bkg_/),
  })
})

test('a device that its platform does not know any more is not asked again, until the app makes itself known anew', async () => {
  const { ctx, userId, viewer } = await somebody()
  const asUser = ctxOf(database, { viewer })
  const device = { platform: 'APNS' as const, token: `t-${userId}` }
  await registerDevice(asUser, device)
  aws.failWith('Publish', { status: 400, code: 'EndpointDisabled', message: 'gone' })
  await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', userId))
  expect(await deliverAll(ctx, userId)).toMatchObject({ PUSH: 'FAILED' })
  aws.failWith('Publish', null)
  expect(await listDevices(asUser, userId)).toMatchObject([{ disabledAt: expect.any(Date) }])
  await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', userId))
  expect(await deliverAll(ctx, userId)).toMatchObject({ PUSH: 'NO_ADDRESS' })
  expect(await registerDevice(asUser, device)).toMatchObject({ disabledAt: null, endpointArn: null })
})
