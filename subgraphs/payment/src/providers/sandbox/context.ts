import type { BaseCtx } from '@tikitu/kit/context/context'

/** The sandbox's addresses, secrets and delays. */
export interface SandboxConfig {
  /** The public URL of its 3-D Secure page. */
  publicUrl: string
  webhookUrl: string
  /** In base64. The first one signs webhooks. */
  webhookSecrets: readonly string[]
  /** How long it waits before it answers. */
  delayMs: number
}

/** The sandbox's context. It is separate, as a provider knows nothing of its merchants' callers. */
export interface SandboxCtx extends BaseCtx {
  sandbox: SandboxConfig
}
