import { type RequestKey, signRequest } from '@tikitu/kit/signatures'
import { type Dispatcher, Pool } from 'undici'
import type { GatewayContext } from '../context.ts'
import { type Post, type RawAnswer, requireGraphQL } from './answer.ts'
import { createDeadlines, type Deadlines } from './deadlines.ts'

export interface PostOptions {
  name: string
  /** Where its GraphQL endpoint is. */
  url: string
  keys: readonly RequestKey[]
  connections: number
  /** For the whole answer. */
  timeoutMs: number
  maxAnswerBytes: number
}

/** The subgraph took longer than it may. */
class UpstreamTimeout extends Error {
  override readonly name = 'TimeoutError'
}

/** Sends bodies to one subgraph, each signed for its caller, over connections that stay open. */
export function createPost(options: PostOptions): { post: Post; close: () => Promise<void> } {
  const { origin, pathname } = new URL(options.url)
  const key = options.keys[0]
  if (!key) throw new Error(`there is no key to sign requests to ${options.name} with`)
  const pool = new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: 2_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 60_000,
    maxResponseSize: options.maxAnswerBytes,
  })
  const deadlines = createDeadlines(options.timeoutMs)
  const post: Post = (body, context) =>
    new Promise((resolve, reject) => {
      const headers = headersOf({ path: pathname, body }, context, key)
      const request = { method: 'POST', path: pathname, headers, body } as const
      pool.dispatch(request, receiver({ resolve, reject, deadlines }))
    })
  return { post, close: () => pool.destroy() }
}

function headersOf(request: { path: string; body: string }, { forwarded, viewer }: GatewayContext, key: RequestKey) {
  const headers = ['content-type', 'application/json', 'accept', 'application/json']
  for (const name in forwarded) headers.push(name, forwarded[name] ?? '')
  const signed = signRequest({ method: 'POST', ...request }, viewer, { key, now: new Date() })
  for (const name in signed) headers.push(name, signed[name] ?? '')
  return headers
}

interface Receiving {
  resolve: (answer: RawAnswer) => void
  reject: (error: unknown) => void
  deadlines: Deadlines
}

/** Collects one answer. What undici calls by itself costs a fraction of its streams and promises. */
function receiver({ resolve, reject, deadlines }: Receiving): Dispatcher.DispatchHandler {
  let controller: Dispatcher.DispatchController | null = null
  let answer: RawAnswer | null = null
  const chunks: Buffer[] = []
  let expired: UpstreamTimeout | null = null
  const deadline = deadlines((ms) => {
    expired = new UpstreamTimeout(`no answer within ${ms} ms`)
    controller?.abort(expired)
    reject(expired)
  })
  return {
    onRequestStart: (started) => {
      controller = started
      if (expired) started.abort(expired)
    },
    onResponseStart: (_controller, status, headers) => {
      answer = { status, type: headers['content-type'], text: '', cacheControl: headers['cache-control']?.toString() }
    },
    onResponseData: (_controller, chunk) => void chunks.push(chunk),
    onResponseEnd: () => {
      deadline.clear()
      const [only] = chunks
      const text = (chunks.length === 1 && only ? only : Buffer.concat(chunks)).toString('utf8')
      try {
        if (answer) resolve(requireGraphQL({ ...answer, text }))
      } catch (error) {
        reject(error)
      }
    },
    onResponseError: (_controller, error) => {
      deadline.clear()
      reject(error)
    },
  }
}
