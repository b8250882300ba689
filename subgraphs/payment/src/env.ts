import { httpUrl } from '@tikitu/kit/base/env'
import { readServiceEnv } from '@tikitu/kit/service/service-env'
import { servicePorts } from '@tikitu/schema/services'
import { z } from 'zod'
import type { SandboxConfig } from './providers/sandbox/context.ts'

/** How long the sandbox waits before it answers. */
const sandboxDelayMs = 150

/** Everything this process reads from its environment. Exits with a list of mistakes when it is invalid. */
export function readEnv() {
  return readServiceEnv('payment', servicePorts, {
    PAYMENT_PROVIDER: provider,
    /** The public URL of the sandbox's 3-D Secure page, if not the gateway's. */
    PAYMENT_PUBLIC_URL: httpUrl.optional(),
    SANDBOX_WEBHOOK_SECRETS: webhookSecrets,
  })
}

/** The sandbox's addresses and its webhook secrets. */
export function sandboxConfig(env: ReturnType<typeof readEnv>): SandboxConfig {
  const url = env.urlOf('payment')
  return {
    publicUrl: env.own.PAYMENT_PUBLIC_URL ?? env.publicUrl ?? url,
    webhookUrl: `${url}/webhooks/sandbox`,
    webhookSecrets: env.own.SANDBOX_WEBHOOK_SECRETS,
    delayMs: sandboxDelayMs,
  }
}

/** The payment provider. The sandbox moves no money, so production must name it explicitly. */
const provider = z
  .enum(['sandbox'], { error: 'must be sandbox, the only provider available; it moves no money' })
  .prefault(process.env['NODE_ENV'] === 'production' ? ('' as 'sandbox') : 'sandbox')

const webhookSecrets = z
  .string({ error: 'is required; the sandbox signs its webhooks with these secrets' })
  .transform((text) => text.split(',').map((secret) => secret.trim()))
  .refine((secrets) => secrets.every((secret) => Buffer.from(secret, 'base64').length >= 32), {
    error: 'must be secret[,secret], each at least 32 bytes in base64',
  })
