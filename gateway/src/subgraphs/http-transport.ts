import { type Dispatcher, Pool } from 'undici'
import type { RawResponse } from './read-response.ts'

/** One subgraph as a transport needs to know it. */
export interface TransportOptions {
  /** Where its GraphQL endpoint is. */
  url: string
  /** How many connections are open at most; further requests wait. */
  connections: number
  maxAnswerBytes: number
}

/** How requests reach a subgraph. */
export interface Transport {
  /** Sends a body with these headers. The function it gives ends the request early, with that error. */
  send: (headers: Readonly<Record<string, string>>, body: string, waiting: ResponseHandlers) => (error: Error) => void
  /** Ends all requests, those that wait included. */
  close: () => Promise<void>
}

/** One of the two is called, once. */
export interface ResponseHandlers {
  resolve: (answer: RawResponse) => void
  reject: (error: Error) => void
}

const idleMs = 60_000

/**
 * Sends requests to one subgraph by HTTP/1.1 or HTTPS. Uses undici's `dispatch`: for a request that is one string and a response that is
 * read whole, its other methods' streams and signals cost more than the request. Deadlines are the caller's. It sends nothing twice.
 */
export function createHttpTransport({ url, connections, maxAnswerBytes }: TransportOptions): Transport {
  const { origin, pathname, search } = new URL(url)
  const path = `${pathname}${search}`
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    // By HTTP/2 undici sends requests again that a server refused or did not finish when it closed, whatever their method.
    allowH2: false,
    connect: { timeout: 2_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    maxResponseSize: maxAnswerBytes,
  })
  return {
    close: () => pool.destroy(),
    send: (headers, body, waiting) => {
      const fields = ['content-type', 'application/json', 'accept', 'application/json']
      for (const name in headers) fields.push(name, headers[name] ?? '')
      const { handler, end } = receiver(waiting)
      pool.dispatch({ method: 'POST', path, headers: fields, body }, handler)
      return end
    },
  }
}

/** Collects one response. */
function receiver({ resolve, reject }: ResponseHandlers) {
  let controller: Dispatcher.DispatchController | null = null
  let failure: Error | null = null
  let answer: RawResponse | null = null
  const chunks: Buffer[] = []
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      // It was ended while it waited. An error, as an abort would close the connection that is free for it now.
      if (failure) throw failure
      controller = started
    },
    onResponseStart: (_controller, status, headers) => {
      answer = { status, type: headers['content-type'], text: '', cacheControl: headers['cache-control']?.toString() }
    },
    onResponseData: (_controller, chunk) => void chunks.push(chunk),
    onResponseEnd: () => {
      if (answer) resolve({ ...answer, text: textOf(chunks) })
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

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks
  return (chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString('utf8')
}
