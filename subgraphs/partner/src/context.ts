import { newId } from '@tikitu/kit/base/ids'
import type { BaseCtx, Caller } from '@tikitu/kit/context/context'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import { createLoaders, type Loaders } from './loaders.ts'

/** The context of partner's domain functions. Built per request, event and job. */
export interface Ctx extends BaseCtx {
  load: Loaders
}

/** The context of one caller. */
export function createCtx(deps: Omit<BaseDeps, 'keys'>, caller: Caller): Ctx {
  const ctx = {
    ...caller,
    db: deps.db,
    now: deps.now,
    newId,
    log: deps.log.child({ requestId: caller.requestId }),
  }
  return Object.assign(ctx, { load: createLoaders(deps.db, ctx) })
}

/** The context of a job, in which the service itself is the viewer. */
export function createJobCtx(deps: BaseDeps): Ctx {
  return createCtx(deps, {
    viewer: { kind: 'service', service: 'partner' },
    requestId: newId('job'),
    acceptLanguage: '',
  })
}
