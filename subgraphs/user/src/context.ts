import { newId } from '@tikitu/kit/base/ids'
import type { BaseCtx, Caller } from '@tikitu/kit/context/context'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import type { Identity } from './identity/identity.ts'
import { createLoaders, type Loaders } from './loaders.ts'

/** What outlives a request here. */
export interface UserDeps extends BaseDeps {
  identity: Identity
  /** How often Cognito is asked whether an account is still there, at most. */
  accountChecksPerSecond?: number
}

/** What a verb of user may use. Built per request, event and job. */
export interface Ctx extends BaseCtx {
  load: Loaders
  /** Keeps accounts and passwords: Cognito. */
  identity: Identity
}

/** The context of one caller. */
export function createCtx(deps: UserDeps, caller: Caller): Ctx {
  return {
    ...caller,
    db: deps.db,
    identity: deps.identity,
    now: deps.now,
    newId,
    log: deps.log.child({ requestId: caller.requestId }),
    load: createLoaders(deps.db),
  }
}

/** The context of a job: the service itself acts. */
export function createJobCtx(deps: UserDeps): Ctx {
  return createCtx(deps, {
    viewer: { kind: 'service', service: 'user' },
    requestId: newId('job'),
    acceptLanguage: '',
  })
}
