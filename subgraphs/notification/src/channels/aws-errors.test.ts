import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import recorded from '../../test/aws/errors.json' with { type: 'json' }
import { type AwsServer, startAwsServer } from '../../test/aws-server.ts'
import { type Channels, DeliveryRefused, type Mail, type PushMessage } from './channel.ts'
import { openChannels } from './open-channels.ts'

const region = 'eu-central-1'
const application = 'arn:aws:sns:eu-central-1:123456789012:app/GCM/tikitu'
const endpoint = 'arn:aws:sns:eu-central-1:123456789012:endpoint/GCM/tikitu/830d456e-dbea-304f-a2af-e2e9e666cd70'
const push: PushMessage = { title: 'Hamlet', body: 'Tonight', link: null, notificationId: 'ntf_1' }
const mail: Mail = {
  ...{ id: 'ntf_1', to: { name: null, address: 'ada@example.org' }, replyTo: null, unsubscribeUrl: null },
  ...{ subject: 'Hamlet', html: '<p>Tonight</p>', text: 'Tonight', attachments: [] },
}

let aws: AwsServer
let channels: Channels

beforeAll(async () => {
  aws = await startAwsServer()
  const ses = { region, endpoint: aws.url, from: 'Tikitu <tickets@tikitu.example>', configurationSet: 'tikitu' }
  const sns = { region, endpoint: aws.url, hasSms: true, applicationArns: { FCM: application } }
  channels = openChannels({ smtp: null, ses, sns })
})
afterEach(() => {
  aws.calls.length = 0
  for (const action of ['SendEmail', 'Publish', 'CreatePlatformEndpoint']) aws.failWith(action, null)
})
afterAll(async () => {
  await channels.close()
  await aws.close()
})

const sends: Record<string, () => Promise<unknown> | undefined> = {
  email: () => channels.email?.(mail),
  sms: () => channels.sms?.({ to: '+491700000000', text: 'Tonight', isPromotional: false }),
  push: () => channels.push?.({ platform: 'FCM', token: 't', endpointArn: null }, push),
}

const outcomeOf = (error: unknown) =>
  error instanceof DeliveryRefused ? (error.isAddressDead ? 'dead' : 'refused') : 'retried'

test.each(recorded.errors)('$channel: $code of $action, "$message", is $outcome', async (each) => {
  aws.failWith(each.action, each)
  const failure = await sends[each.channel]?.()?.catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Error)
  expect(outcomeOf(failure)).toBe(each.outcome)
})

test('every mail names the configuration set that tells what became of it', async () => {
  await sends['email']?.()
  expect(aws.calls).toMatchObject([{ action: 'SendEmail', params: { ConfigurationSetName: 'tikitu' } }])
})

test('switches the endpoint of a token on again, which SNS returns as it was', async () => {
  await sends['push']?.()
  expect(aws.calls.map(({ action }) => action)).toEqual(['CreatePlatformEndpoint', 'SetEndpointAttributes', 'Publish'])
  expect(aws.calls[1]?.params).toMatchObject({
    'Attributes.entry.1.key': 'Enabled',
    'Attributes.entry.1.value': 'true',
    'Attributes.entry.2.key': 'Token',
    'Attributes.entry.2.value': 't',
  })
})

test('uses the endpoint that somebody else made for the token', async () => {
  const message = `Invalid parameter: Token Reason: Endpoint ${endpoint} already exists with the same Token, but different attributes.`
  aws.failWith('CreatePlatformEndpoint', { status: 400, code: 'InvalidParameter', message })
  expect(await sends['push']?.()).toMatchObject({ endpointArn: endpoint })
})

test.each([
  { status: 404, code: 'NotFound', message: 'Endpoint does not exist' },
  {
    status: 400,
    code: 'InvalidParameter',
    message: 'Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified',
  },
])('makes an endpoint anew that was deleted: $message', async (error) => {
  aws.failWith('Publish', error, 1)
  const sent = await channels.push?.({ platform: 'FCM', token: 't', endpointArn: endpoint }, push)
  expect(sent?.endpointArn).not.toBe(endpoint)
  expect(aws.calls.map(({ action }) => action)).toEqual([
    ...['Publish', 'CreatePlatformEndpoint', 'SetEndpointAttributes', 'Publish'],
  ])
})
