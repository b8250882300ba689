import { newId } from '@tikitu/kit/base/ids'
import type { BaseCtx, Caller } from '@tikitu/kit/context/context'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import type { Channels } from './channels/channel.ts'
import { createLoaders, type Loaders } from './loaders.ts'

/** What outlives a request here, beside what every service has. */
export interface NotificationDeps {
  channels: Channels
  /** The address of the web app, without a slash at its end; null when there is none to link to. */
  webUrl: string | null
  /** Where the world reaches this service, without a slash at its end; null when it cannot. Unsubscribe links lead there. */
  publicUrl: string | null
}

/** What a verb of notification may use. Built per request, event and job. */
export interface Ctx extends BaseCtx, NotificationDeps {
  load: Loaders
}

export type Deps = Pick<BaseDeps, 'db' | 'log' | 'now'> & NotificationDeps

/** The context of one caller. */
export function createCtx(deps: Deps, caller: Caller): Ctx {
  return {
    ...caller,
    db: deps.db,
    channels: deps.channels,
    webUrl: deps.webUrl,
    publicUrl: deps.publicUrl,
    now: deps.now,
    newId,
    log: deps.log.child({ requestId: caller.requestId }),
    load: createLoaders(deps.db),
  }
}

/** The context of a job: the service itself acts. */
export function createJobCtx(deps: Deps): Ctx {
  return createCtx(deps, {
    viewer: { kind: 'service', service: 'notification' },
    requestId: newId('job'),
    acceptLanguage: '',
  })
}
