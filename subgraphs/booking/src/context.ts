import type { BaseCtx } from '@tikitu/kit/ctx'
import type { Db } from '@tikitu/kit/db'
import { newId } from '@tikitu/kit/ids'
import type { ServiceKeys } from '@tikitu/kit/keys'
import type { Log } from '@tikitu/kit/log'
import type { Caller } from '@tikitu/kit/subgraph'
import { createLoaders, type Loaders } from './loaders.ts'

/** What a verb of booking may use. Built per request, event and job. */
export interface Ctx extends BaseCtx {
  load: Loaders
  /** Signs quotes and tickets. */
  keys: ServiceKeys
}

/** What outlives a request. */
export interface Deps {
  db: Db
  keys: ServiceKeys
  log: Log
  now: () => Date
}

/** The context of one caller. */
export function createCtx(deps: Deps, caller: Caller): Ctx {
  const log = deps.log.child({ requestId: caller.requestId })
  return { ...deps, ...caller, log, newId, load: createLoaders(deps.db) }
}

/** The context of a job: the service itself acts. */
export function createJobCtx(deps: Deps): Ctx {
  return createCtx(deps, {
    viewer: { kind: 'service', service: 'booking' },
    requestId: newId('job'),
    acceptLanguage: '',
  })
}
