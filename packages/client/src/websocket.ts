import { type Client, CloseCode, createClient } from 'graphql-ws/client'
import { answerError, type GraphError, TikituError, timedOut, unreachable } from './errors.ts'
import { operationFields } from './operation.ts'
import type { ClientOptions } from './options.ts'
import type { Request } from './request.ts'
import { createSilenceAlarm, defaultSilenceMs } from './silence-alarm.ts'
import type { OpenSubscription, StreamedAnswer } from './streamed-answer.ts'

/** Subscriptions over WebSocket. Those with one token share a connection, which closes with the last of them. */
export function createWebSockets(options: ClientOptions): OpenSubscription {
  const clients = new Map<string, Client>()
  return async function* (outgoing, { signal }) {
    if (signal.aborted) return
    const token = outgoing.token ?? ''
    const client = clients.get(token) ?? connectAs(options, token, () => clients.delete(token))
    clients.set(token, client)
    yield* answersOf(options, { client, request: outgoing.request }, signal)
  }
}

/** A client that connects when it is first used, and does not connect again by itself. */
function connectAs(options: ClientOptions, token: string, onClosed: () => void): Client {
  const silenceMs = options.silenceMs ?? defaultSilenceMs
  let alarm = createSilenceAlarm(silenceMs, () => undefined)
  alarm.end()
  const listen = (): void => {
    alarm.end()
    alarm = createSilenceAlarm(silenceMs, () => client.terminate())
  }
  const client = createClient({
    url: socketUrl(options.url),
    webSocketImpl: requireWebSocket(options),
    retryAttempts: 0,
    keepAlive: silenceMs / 3,
    ...(token ? { connectionParams: { authorization: `Bearer ${token}` } } : {}),
    on: {
      connecting: listen,
      message: () => alarm.reset(),
      closed: () => {
        alarm.end()
        onClosed()
      },
    },
  })
  return client
}

/** A subscription on a connection. @throws {TikituError} */
async function* answersOf(
  options: ClientOptions,
  { client, request }: { client: Client; request: Request },
  signal: AbortSignal,
): AsyncGenerator<StreamedAnswer, void> {
  const waiting: StreamedAnswer[] = []
  let end: { error?: unknown } | null = null
  let wake = (): void => undefined
  const finish = (how: { error?: unknown }): void => {
    end ??= how
    wake()
  }
  const next = (answer: unknown): void => {
    waiting.push(answer as StreamedAnswer)
    wake()
  }
  const stop = client.subscribe(payloadOf(options, request), {
    next,
    error: (error) => finish({ error }),
    complete: () => finish({}),
  })
  const onAbort = (): void => finish({})
  signal.addEventListener('abort', onAbort)
  try {
    for (;;) {
      yield* waiting.splice(0)
      if (waiting.length > 0) continue
      if (end) break
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const { error } = end as { error?: unknown }
    if (error !== undefined) throw socketError(options, error)
  } finally {
    signal.removeEventListener('abort', onAbort)
    stop()
  }
}

/** The protocol wants a text, also where there is only an id. */
function payloadOf(options: ClientOptions, { operation, variables }: Request): { query: string } {
  return { query: '', ...operationFields(operation, options.byId ?? false), ...(variables ? { variables } : {}) }
}

/** Closed for what this client did: the same again would end the same way. */
const finalCodes: ReadonlySet<number> = new Set([
  1009,
  CloseCode.BadRequest,
  CloseCode.SubprotocolNotAcceptable,
  CloseCode.SubscriberAlreadyExists,
  CloseCode.TooManyInitialisationRequests,
])

function socketError(options: ClientOptions, error: unknown): TikituError {
  if (Array.isArray(error)) return answerError({ status: 0, errors: error as GraphError[], requestId: null })
  const { code, reason } = error as { code?: unknown; reason?: unknown }
  if (code === CloseCode.Forbidden)
    return new TikituError('The access token is invalid or has expired. Sign in again.', {
      code: 'UNAUTHENTICATED',
      status: 401,
      cause: error,
    })
  if (code === 4499) return timedOut(options.url, options.silenceMs ?? defaultSilenceMs)
  if (typeof code === 'number' && finalCodes.has(code))
    return new TikituError(`The connection was closed: ${String(reason)} (${code}).`, {
      code: 'INVALID_REQUEST',
      cause: error,
    })
  return unreachable(options.url, error)
}

function requireWebSocket(options: ClientOptions): typeof WebSocket {
  if (options.webSocket) return options.webSocket
  if (typeof WebSocket === 'function') return WebSocket
  throw new TikituError(
    'Subscriptions need a streaming `fetch` or a WebSocket. This runtime has neither. Pass `webSocket`.',
    { code: 'UNSUPPORTED' },
  )
}

/** `/graphql` is meant from the page that asks. */
function socketUrl(url: string): string {
  const { location } = globalThis as { location?: { origin: string } }
  return (url.startsWith('/') ? `${location?.origin ?? ''}${url}` : url).replace(/^http/, 'ws')
}
