/**
 * What the executor reads and writes of a request's context. A host's own context extends it and reaches `sendTo` untouched, so it may
 * carry who asks and what else a subgraph has to know.
 */
export interface ExecutorContext {
  /** Names the request in logs. */
  requestId?: string
  /** What the answer cost; written where there is a `Weigher`. */
  actualCost?: number
  /** The operation is only planned and compiled. */
  isWarmUp?: true
}
