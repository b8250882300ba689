import type { KeyFinder } from '@tikitu/kit/auth/signing-keys'
import { newId } from '@tikitu/kit/base/ids'
import type { BaseCtx, Caller } from '@tikitu/kit/context/context'
import type { SubgraphDeps } from '@tikitu/kit/service/run-subgraph'
import { createLoaders, type Loaders } from './loaders.ts'
import type { PaymentProvider } from './providers/provider.ts'
import type { SandboxConfig, SandboxCtx } from './providers/sandbox/context.ts'
import { createSandbox } from './providers/sandbox/sandbox.ts'

/** The context of payment's domain functions. Built per request, event, webhook and job. */
export interface Ctx extends BaseCtx {
  load: Loaders
  /** Payment providers by name. */
  providers: Readonly<Record<string, PaymentProvider>>
  /** The provider of new payments. */
  defaultProvider: string
  /** Whether return URLs may lead to this machine: outside production only. */
  allowsLocalReturns: boolean
  /** The timeout of a call to a provider. After it the outcome of the call is unknown. */
  providerTimeoutMs: number
  /** The public keys that verify quotes. */
  quoteKeys: KeyFinder
}

/** What payment shares between requests. */
export interface PaymentDeps extends SubgraphDeps {
  sandbox: SandboxConfig
  providerTimeoutMs: number
  allowsLocalReturns: boolean
}

/** The context of one caller. */
export function createCtx(deps: PaymentDeps, caller: Caller): Ctx {
  const { db, now, providerTimeoutMs, allowsLocalReturns } = deps
  return {
    ...caller,
    db,
    now,
    newId,
    log: deps.log.child({ requestId: caller.requestId }),
    load: createLoaders(db),
    providers: { sandbox: createSandbox(createSandboxCtx(deps)) },
    defaultProvider: 'sandbox',
    providerTimeoutMs,
    allowsLocalReturns,
    quoteKeys: deps.keysOf('booking'),
  }
}

/** The context of a job or a webhook, in which the service itself is the viewer. */
export function createJobCtx(deps: PaymentDeps): Ctx {
  return createCtx(deps, {
    viewer: { kind: 'service', service: 'payment' },
    requestId: newId('job'),
    acceptLanguage: '',
  })
}

/** The sandbox's own context, which knows nothing of our caller. */
export function createSandboxCtx({ db, now, log, sandbox }: PaymentDeps): SandboxCtx {
  return {
    db,
    now,
    newId,
    log,
    sandbox,
    viewer: { kind: 'service', service: 'sandbox' },
    requestId: newId('req'),
    acceptLanguage: '',
  }
}
