import type { ExecutorContext } from '@tikitu/federation-executor/executor-context'
import type * as executor from '@tikitu/federation-executor/run/execution'
import type { Viewer } from '@tikitu/kit/auth/viewer'
import type { GoneSignal } from '../http/gone-signal.ts'
import type { CachePolicy } from './cache-policy.ts'

/** What is known of a request while it runs. */
export interface GatewayContext extends ExecutorContext {
  viewer: Viewer
  requestId: string
  /** Where the request came from; empty for the gateway's own. */
  address: string
  /** Client headers that subgraphs see: an allow-list, by name in lower case. */
  forwarded: Readonly<Record<string, string>>
  /** Aborted when the client has gone before its answer: what is read for it need not come. Absent where that is not known. */
  signal?: GoneSignal
  /** How long the answer may be kept, as far as is known. */
  cache?: CachePolicy
  /** What the answer cost, as it was counted in it; absent while that is not known. */
  actualCost?: number
  /** What it costs to read a text that was not known has been charged. */
  isReadingCharged?: true
  /** The operation is planned only: nobody asked for it yet. */
  isWarmUp?: true
}

/** Sends a request's body to a subgraph, as its caller. */
export type Send = executor.Send<GatewayContext>

/** Gets entities of a subgraph, as the caller may see them. */
export type SendEntities = executor.SendEntities<GatewayContext>
