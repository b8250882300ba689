import type { GraphError } from './errors.ts'
import type { GraphqlResult, OutgoingRequest } from './request.ts'

/** An answer of a subscription as it came: without `data`, it is the last one. */
export interface StreamedAnswer extends Partial<Pick<GraphqlResult, 'status' | 'requestId'>> {
  data?: unknown
  errors?: readonly GraphError[]
}

/**
 * Opens one connection for a subscription: its answers, until the source is over or `control` is aborted.
 * @throws {TikituError} for a refusal, and when the connection cannot be made or breaks
 */
export type OpenSubscription = (
  outgoing: OutgoingRequest,
  control: AbortController,
) => AsyncGenerator<StreamedAnswer, void>
