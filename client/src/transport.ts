import type { GraphError } from './errors.ts'
import { TikituError } from './errors.ts'
import type { ClientOptions, SubscriptionTransport } from './options.ts'
import type { Outgoing, Received } from './request.ts'
import { createEventStreams } from './sse.ts'
import { createWebSockets } from './websocket.ts'

/** An answer of a subscription as it came: without `data`, it is the last one. */
export interface StreamedAnswer extends Partial<Pick<Received, 'status' | 'requestId'>> {
  data?: unknown
  errors?: readonly GraphError[]
}

/**
 * Opens one connection for a subscription: its answers, until the source is over or `control` is aborted.
 * @throws {TikituError} for a refusal, and when the connection cannot be made or breaks
 */
export type OpenSubscription = (outgoing: Outgoing, control: AbortController) => AsyncGenerator<StreamedAnswer, void>

/** The transport that the options name, or that this runtime can do. */
export function createTransport(options: ClientOptions): OpenSubscription {
  const streams = createEventStreams(options)
  const sockets = createWebSockets(options)
  let chosen: SubscriptionTransport = options.transport ?? (canStream() ? 'sse' : 'websocket')
  return async function* (outgoing, control) {
    if (chosen === 'sse') {
      try {
        return yield* streams(outgoing, control)
      } catch (error) {
        if (options.transport || !isUnsupported(error)) throw error
        chosen = 'websocket'
      }
    }
    yield* sockets(outgoing, control)
  }
}

/** React Native's `fetch` gives an answer when it is whole: its responses have no `body`. */
function canStream(): boolean {
  return typeof ReadableStream === 'function' && typeof Response === 'function' && 'body' in Response.prototype
}

function isUnsupported(error: unknown): boolean {
  return error instanceof TikituError && error.code === 'UNSUPPORTED'
}
