import type { Viewer } from '../auth/viewer.ts'
import type { NewId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { Db } from '../postgres/database.ts'

/** The context of every domain function, built per request, event and job. */
export interface BaseCtx {
  db: Db
  viewer: Viewer
  /** The clock, the only one that domain functions use. */
  now: () => Date
  newId: NewId
  log: Log
  /** The id of the request in the logs of all services. */
  requestId: string
  /** Aborted when the caller disconnects; long work checks it. Absent where nobody waits. */
  signal?: AbortSignal
  /** A daily pseudonym of the client's network address; absent in events and jobs. */
  clientKey?: string
  /** The client's Accept-Language header. */
  acceptLanguage: string
}

/** The caller and the metadata of a request. */
export interface Caller {
  viewer: Viewer
  requestId: string
  acceptLanguage: string
  /** Aborted when the caller disconnects. */
  signal?: AbortSignal
  /** A daily pseudonym of the client's network address. */
  clientKey?: string
}
