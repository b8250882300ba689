import {
  CreatePlatformEndpointCommand,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns'
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
    const { MessageId } = await client.send(command).catch(throwMeaning)
    return { providerMessageId: MessageId ?? '' }
  }
}

function pushOver(client: SNSClient, { applicationArns }: SnsSettings): NonNullable<Channels['push']> {
  const publish = async (endpointArn: string, message: PushMessage) => {
    const command = new PublishCommand({
      TargetArn: endpointArn,
      MessageStructure: 'json',
      Message: pushPayload(message),
    })
    const { MessageId } = await client.send(command)
    return { providerMessageId: MessageId ?? '', endpointArn }
  }
  return async (target, message) => {
    try {
      if (target.endpointArn) return await publish(target.endpointArn, message)
    } catch (error) {
      if (!isEndpointGone(error as Error)) throwMeaning(error as Error)
    }
    const endpointArn = await openEndpoint(client, target, applicationArns[target.platform])
    return await publish(endpointArn, message).catch(throwMeaning)
  }
}

/**
 * The endpoint of a token, ready to be used. SNS has one for each token for ever: where it exists, it is not made anew, and it may still
 * be switched off since the platform refused the token last. https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html
 */
async function openEndpoint(client: SNSClient, { token, platform }: PushTarget, arn?: string): Promise<string> {
  if (!arn) throw new DeliveryRefused(`no platform application is configured for ${platform}`, false)
  const command = new CreatePlatformEndpointCommand({ PlatformApplicationArn: arn, Token: token })
  const made = await client.send(command).catch((error: Error) => {
    const EndpointArn = existingEndpoint.exec(error.message)?.[1]
    return EndpointArn ? { EndpointArn } : throwMeaning(error)
  })
  const EndpointArn = made.EndpointArn ?? ''
  const Attributes = { Enabled: 'true', Token: token }
  await client.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes })).catch(throwMeaning)
  return EndpointArn
}

/** How SNS names the endpoint of a token that was made by somebody else, with other data of theirs. */
const existingEndpoint = /Endpoint (arn:\S+) already exists with the same Token/

/** Somebody deleted the endpoint; the device may well be there. */
function isEndpointGone({ name, message }: Error): boolean {
  return name === 'NotFoundException' || (name === 'InvalidParameterException' && /No endpoint found/i.test(message))
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

/** What an error of SNS means: a dead address, a message that is never taken, or anything else, which may be tried again. */
function throwMeaning(error: Error): never {
  const { name, message } = error
  const text = `${name}: ${message}`
  if (name === 'EndpointDisabledException' || name === 'OptedOutException') throw new DeliveryRefused(text, true)
  const parameter = /^InvalidParameter/.test(name) ? (/Invalid parameter: (\w+)/.exec(message)?.[1] ?? '') : null
  if (parameter === 'PhoneNumber' || parameter === 'Token') throw new DeliveryRefused(text, true)
  if (parameter === 'Message') throw new DeliveryRefused(text, false)
  throw error
}
