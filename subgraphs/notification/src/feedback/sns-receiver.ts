import { type Agent, get } from 'node:https'
import SnsPayloadValidator from 'sns-payload-validator'
import { z } from 'zod'

/** A delivery of AWS SNS that is not believed, or not for us. */
export class SnsRefused extends Error {
  override readonly name = 'SnsRefused'
}

/** Reads what SNS posts. Null when it only asked to confirm the subscription, which is then done. @throws {SnsRefused} */
export type SnsReceiver = (body: string) => Promise<{ message: string; publishedAt: Date } | null>

const envelope = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.coerce.date(),
  SubscribeURL: z.string().optional(),
})

const subscribeUrl = /^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/\?/

/**
 * Believes what carries a signature of SNS and comes from the one topic. The signature alone proves nothing: everybody can own a
 * topic. `agent` is for whoever talks to something else than AWS.
 */
export function snsReceiver({ topicArn, agent }: { topicArn: string; agent?: Agent }): SnsReceiver {
  const validator = new SnsPayloadValidator({ maxCerts: 10, ...(agent ? { requestAgent: agent } : {}) })
  return async (body) => {
    const parsed = envelope.safeParse(parseJson(body))
    if (!parsed.success) throw new SnsRefused('not an SNS message')
    const { TopicArn, Type, Message, Timestamp, SubscribeURL } = parsed.data
    if (TopicArn !== topicArn) throw new SnsRefused('wrong topic')
    await validator.validate(body).catch((error: Error) => {
      throw isRefusal(error) ? new SnsRefused(error.message) : error
    })
    if (Type === 'SubscriptionConfirmation') await confirm(SubscribeURL ?? '', agent)
    return Type === 'Notification' ? { message: Message, publishedAt: Timestamp } : null
  }
}

/** What the validator says of a message, as against a certificate that could not be fetched: that may be tried again. */
function isRefusal(error: Error): boolean {
  return error.message.startsWith('Invalid ')
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

/** @throws when AWS does not take the confirmation: SNS asks again */
async function confirm(url: string, agent: Agent | undefined): Promise<void> {
  if (!subscribeUrl.test(url)) throw new SnsRefused('the confirmation URL is not an SNS address')
  await new Promise<void>((resolve, reject) => {
    const request = get(url, { agent, timeout: 10_000 }, (response) => {
      response.resume()
      if (response.statusCode === 200) resolve()
      else reject(new Error(`SNS answered the confirmation with ${response.statusCode}`))
    })
    request.once('timeout', () => request.destroy(new Error('SNS did not answer the confirmation')))
    request.once('error', reject)
  })
}
