import { createHmac, timingSafeEqual } from 'node:crypto'
import { WebhookRefused } from '../provider.ts'

/** The signature header, with the time of sending: `t=1767225600,v1=<hex>`. */
export const signatureHeader = 'sandbox-signature'

/** The allowed difference of the clocks, transmission included. */
export const toleranceSeconds = 300

/** A webhook body and its secrets. The first secret signs and all of them verify, so secrets rotate without a gap. */
export interface SignedWebhook {
  body: string | Buffer
  secrets: readonly string[]
  now: Date
}

/** The signature header for a webhook. */
export function signWebhook({ body, secrets, now }: SignedWebhook): string {
  const sentAt = Math.floor(now.getTime() / 1000)
  return `t=${sentAt},v1=${proofOf(secrets[0] ?? '', sentAt, body)}`
}

/** Checks a webhook's signature over its exact bytes, and its age. @throws {WebhookRefused} */
export function verifyWebhook(header: unknown, { body, secrets, now }: SignedWebhook): void {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(typeof header === 'string' ? header : '')
  if (!match) throw new WebhookRefused(401, 'the signature is missing or malformed')
  const sentAt = Number(match[1])
  const proof = Buffer.from(match[2] ?? '', 'hex')
  const isGenuine = secrets.some((secret) => timingSafeEqual(Buffer.from(proofOf(secret, sentAt, body), 'hex'), proof))
  if (!isGenuine) throw new WebhookRefused(401, 'the signature does not match')
  if (Math.abs(now.getTime() / 1000 - sentAt) > toleranceSeconds)
    throw new WebhookRefused(401, 'the signature has expired')
}

function proofOf(secret: string, sentAt: number, body: string | Buffer): string {
  return createHmac('sha256', Buffer.from(secret, 'base64')).update(`${sentAt}.`).update(body).digest('hex')
}
