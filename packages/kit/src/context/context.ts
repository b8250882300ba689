import type { Viewer } from '../auth/viewer.ts'
import type { NewId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { Db } from '../postgres/database.ts'

/** What every verb of every service may use. Built anew for each request, event and job. */
export interface BaseCtx {
  db: Db
  viewer: Viewer
  /** The clock. Verbs never ask any other. */
  now: () => Date
  newId: NewId
  log: Log
  /** Names this request in every log it touches, in every service. */
  requestId: string
  /** Aborted when the caller has gone before the answer: long work looks at it. Absent where nobody waits. */
  signal?: AbortSignal
  /** Stands for the network address of the client, for a day; absent where there is none, as in events and jobs. */
  clientKey?: string
  /** The languages the client accepts, as its Accept-Language header said them. */
  acceptLanguage: string
}

/** Who asks, and under which name the logs know the request. */
export interface Caller {
  viewer: Viewer
  requestId: string
  acceptLanguage: string
  /** Aborted when the caller has gone before the answer. */
  signal?: AbortSignal
  /** Stands for the network address of the client, for a day. */
  clientKey?: string
}
