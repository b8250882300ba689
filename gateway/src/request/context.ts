import type { ExecutorContext } from '@tikitu/federation-executor/executor-context'
import type * as executor from '@tikitu/federation-executor/run/execution'
import type { Viewer } from '@tikitu/kit/auth/viewer'
import type { GoneSignal } from '../http/gone-signal.ts'
import type { CachePolicy } from './cache-policy.ts'

/** The context of a request. */
export interface GatewayContext extends ExecutorContext {
  viewer: Viewer
  requestId: string
  /** The client's address; empty for the gateway's own requests. */
  address: string
  /** Client headers for subgraphs, by lower-case name. Only listed headers are included. */
  forwarded: Readonly<Record<string, string>>
  /** Aborted when the client disconnects before its response. Absent when that is not tracked. */
  signal?: GoneSignal
  /** The cache policy of the response so far. */
  cache?: CachePolicy
  /** The actual cost of the response; absent when it was not counted. */
  actualCost?: number
  /** The parsing of an unknown text has been charged. */
  isReadingCharged?: true
  /** The operation is only planned, before any client requests it. */
  isWarmUp?: true
}

/** Sends a request to a subgraph on behalf of the caller. */
export type Send = executor.Send<GatewayContext>

/** Fetches entities of a subgraph on behalf of the caller. */
export type SendEntities = executor.SendEntities<GatewayContext>
