import { CreatePlatformEndpointCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { type Channels, DeliveryRefused, type PushMessage, type PushTarget } from './channel.ts'

export interface SnsSettings {
  region: string
  /** Only to talk to something else than AWS. */
  endpoint?: string | undefined
  /** Whether text messages are sent at all. */
  hasSms: boolean
  /** What a text message says it comes from, where a country allows that. */
  smsSenderId?: string | undefined
  /** The platform applications that push goes through. */
  applicationArns: Partial<Record<PushTarget['platform'], string>>
}

/** Text messages and push over AWS SNS: each of them on when it is set up. */
export function snsChannels(settings: SnsSettings): Pick<Channels, 'sms' | 'push' | 'close'> {
  const client = new SNSClient({
    region: settings.region,
    ...(settings.endpoint ? { endpoint: settings.endpoint } : {}),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 15_000 },
  })
  const hasPush = Object.values(settings.applicationArns).some(Boolean)
  return {
    sms: settings.hasSms ? smsOver(client, settings) : null,
    push: hasPush ? pushOver(client, settings) : null,
    close: async () => client.destroy(),
  }
}

function smsOver(client: SNSClient, { smsSenderId }: SnsSettings): NonNullable<Channels['sms']> {
  return async ({ to, text, isPromotional }) => {
    const command = new PublishCommand({
      PhoneNumber: to,
      Message: text,
      MessageAttributes: {
        'AWS.SNS.SMS.SMSType': attribute(isPromotional ? 'Promotional' : 'Transactional'),
        ...(smsSenderId ? { 'AWS.SNS.SMS.SenderID': attribute(smsSenderId) } : {}),
      },
    })
    const { MessageId } = await client.send(command).catch(rethrow)
    return { providerMessageId: MessageId ?? '' }
  }
}

function pushOver(client: SNSClient, { applicationArns }: SnsSettings): NonNullable<Channels['push']> {
  return async (target, message) => {
    const endpointArn = target.endpointArn ?? (await createEndpoint(client, target, applicationArns[target.platform]))
    const command = new PublishCommand({
      TargetArn: endpointArn,
      MessageStructure: 'json',
      Message: pushPayload(message),
    })
    const { MessageId } = await client.send(command).catch(rethrow)
    return { providerMessageId: MessageId ?? '', endpointArn }
  }
}

async function createEndpoint(client: SNSClient, { token, platform }: PushTarget, arn?: string): Promise<string> {
  if (!arn) throw new DeliveryRefused(`no platform application is configured for ${platform}`, false)
  const command = new CreatePlatformEndpointCommand({ PlatformApplicationArn: arn, Token: token })
  const { EndpointArn } = await client.send(command).catch(rethrow)
  return EndpointArn ?? ''
}

/** Each platform has its own form, itself in JSON: https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html */
function pushPayload({ title, body, link, notificationId }: PushMessage): string {
  const data = { notificationId, ...(link ? { link } : {}) }
  const apns = JSON.stringify({ aps: { alert: { title, body }, sound: 'default' }, ...data })
  const fcm = JSON.stringify({ fcmV1Message: { message: { notification: { title, body }, data } } })
  return JSON.stringify({ default: body, APNS: apns, APNS_SANDBOX: apns, GCM: fcm })
}

function attribute(value: string) {
  return { DataType: 'String', StringValue: value }
}

/** What SNS says of a number or a token that it will not take later either. */
const deadAddresses = new Set([
  'EndpointDisabledException',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'NotFoundException',
  'OptedOutException',
])

function rethrow(error: Error): never {
  throw deadAddresses.has(error.name) ? new DeliveryRefused(`${error.name}: ${error.message}`, true) : error
}
