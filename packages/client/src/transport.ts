import { TikituError, unreachable } from './errors.ts'
import type { ClientOptions, SubscriptionTransport } from './options.ts'
import { createEventStreams } from './sse.ts'
import type { OpenSubscription } from './streamed-answer.ts'

/** The transport that the options name, or that this runtime can do. */
export function createTransport(options: ClientOptions): OpenSubscription {
  const streams = createEventStreams(options)
  const sockets = createWebSocketsLater(options)
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
    yield* (await sockets())(outgoing, control)
  }
}

/** In a file of its own, which a browser does not load as long as it needs none. */
function createWebSocketsLater(options: ClientOptions): () => Promise<OpenSubscription> {
  let loading: Promise<OpenSubscription> | null = null
  return async () => {
    loading ??= import('./websocket.ts').then(({ createWebSockets }) => createWebSockets(options))
    return await loading.catch((cause: unknown) => {
      loading = null
      throw unreachable(options.url, cause)
    })
  }
}

/** React Native's `fetch` gives an answer when it is whole: its responses have no `body`. */
function canStream(): boolean {
  return typeof ReadableStream === 'function' && typeof Response === 'function' && 'body' in Response.prototype
}

function isUnsupported(error: unknown): boolean {
  return error instanceof TikituError && error.code === 'UNSUPPORTED'
}
