import type { BaseCtx } from '@tikitu/kit/context/context'

/** Where the sandbox is, whom it tells, and how it takes its time. */
export interface SandboxConfig {
  /** Where a customer's browser reaches its 3-D Secure page. */
  publicUrl: string
  webhookUrl: string
  /** In base64. The first signs webhooks. */
  webhookSecrets: readonly string[]
  /** How long it thinks before it answers. */
  delayMs: number
}

/** What the sandbox works with. Its own, as a provider knows nothing of its merchants' callers. */
export interface SandboxCtx extends BaseCtx {
  sandbox: SandboxConfig
}
