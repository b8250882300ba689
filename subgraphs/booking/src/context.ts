import type { ServiceKeys } from '@tikitu/kit/auth/signing-keys'
import { newId } from '@tikitu/kit/base/ids'
import type { BaseCtx, Caller } from '@tikitu/kit/context/context'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import type { FileUrls } from '@tikitu/storage/file-urls'
import { createLoaders, type Loaders } from './loaders.ts'

/** Dependencies that outlive a request here, besides those of every service. */
export interface BookingDeps {
  /** Signs the URLs of tickets and calendar files. */
  fileUrls: FileUrls
}

/** Dependencies of a domain function. Built per request, event and job. */
export interface Ctx extends BaseCtx, BookingDeps {
  load: Loaders
  /** Signs quotes and tickets. */
  keys: ServiceKeys
}

/** The context for one caller. */
export function createCtx(deps: BaseDeps & BookingDeps, caller: Caller): Ctx {
  return {
    ...caller,
    db: deps.db,
    keys: deps.keys,
    fileUrls: deps.fileUrls,
    now: deps.now,
    newId,
    log: deps.log.child({ requestId: caller.requestId }),
    load: createLoaders(deps.db, deps.now),
  }
}

/** The context of a job, in which the service itself is the viewer. */
export function createJobCtx(deps: BaseDeps & BookingDeps): Ctx {
  return createCtx(deps, {
    viewer: { kind: 'service', service: 'booking' },
    requestId: newId('job'),
    acceptLanguage: '',
  })
}
