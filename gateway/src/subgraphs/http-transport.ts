import { type Dispatcher, Pool } from 'undici'
import type { RawResponse } from './read-response.ts'
import type { ResponseHandlers, Transport, TransportOptions } from './transport.ts'

/** Requests to one subgraph by HTTPS, on undici's connections. */
export function createHttpTransport({ url, connections, maxAnswerBytes }: TransportOptions): Transport {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    connect: { timeout: 2_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 60_000,
    maxResponseSize: maxAnswerBytes,
  })
  return {
    close: () => pool.destroy(),
    send: (headers, body, waiting) => {
      const json = { 'content-type': 'application/json', accept: 'application/json' }
      const { handler, end } = receiver(waiting)
      pool.dispatch({ method: 'POST', path: `${pathname}${search}`, headers: { ...json, ...headers }, body }, handler)
      return end
    },
  }
}

/** Collects one answer. */
function receiver({ resolve, reject }: ResponseHandlers) {
  let controller: Dispatcher.DispatchController | null = null
  let failure: Error | null = null
  let answer: RawResponse | null = null
  const chunks: Buffer[] = []
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      controller = started
      if (failure) started.abort(failure)
    },
    onResponseStart: (_controller, status, headers) => {
      answer = { status, type: headers['content-type'], text: '', cacheControl: headers['cache-control']?.toString() }
    },
    onResponseData: (_controller, chunk) => void chunks.push(chunk),
    onResponseEnd: () => {
      if (answer) resolve({ ...answer, text: Buffer.concat(chunks).toString('utf8') })
    },
    onResponseError: (_controller, error) => reject(failure ?? error),
  }
  const end = (error: Error): void => {
    failure = error
    if (controller) controller.abort(error)
    else reject(error)
  }
  return { handler, end }
}
