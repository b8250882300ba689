/**
 * The fields of a request context that the executor reads and writes. The host extends it with its own, such as the caller; `sendTo`
 * receives the same object.
 */
export interface ExecutorContext {
  /** Identifies the request in logs. */
  requestId?: string
  /** The cost of the response. Set when `responseCostOf` returns a counter. */
  actualCost?: number
  /** Plan and compile the operation without running it. */
  isWarmUp?: true
}
