import { newId } from '@tikitu/kit/base/ids'
import type { BaseCtx, Caller } from '@tikitu/kit/context/context'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import type { FileStore } from '@tikitu/storage/file-store'
import type { FileUrls } from '@tikitu/storage/file-urls'
import { createLoaders, type Loaders } from './loaders.ts'

/** Dependencies that outlive a request here, besides those of every service. */
export interface PartnerDeps {
  /** Signs the URLs of documents, for downloads and uploads. */
  fileUrls: FileUrls
  /** The files of documents. */
  store: FileStore
}

/** The context of partner's domain functions. Built per request, event and job. */
export interface Ctx extends BaseCtx, PartnerDeps {
  load: Loaders
}

/** The context of one caller. */
export function createCtx(deps: Omit<BaseDeps, 'keys'> & PartnerDeps, caller: Caller): Ctx {
  const ctx = {
    ...caller,
    db: deps.db,
    fileUrls: deps.fileUrls,
    store: deps.store,
    now: deps.now,
    newId,
    log: deps.log.child({ requestId: caller.requestId }),
  }
  return Object.assign(ctx, { load: createLoaders(deps.db, ctx) })
}

/** The context of a job, in which the service itself is the viewer. */
export function createJobCtx(deps: BaseDeps & PartnerDeps): Ctx {
  return createCtx(deps, {
    viewer: { kind: 'service', service: 'partner' },
    requestId: newId('job'),
    acceptLanguage: '',
  })
}
