import type { GraphQLDataSource } from '@apollo/gateway'
import { type RequestKey, signRequest } from '@tikitu/kit/signatures'
import { anonymous } from '@tikitu/kit/viewer'
import { Pool } from 'undici'
import type { GatewayContext } from '../context.ts'
import type { Send } from '../executor/run.ts'
import { type Answer, failureAnswer, type Post, readAnswer, requireGraphQL, UpstreamFailure } from './answer.ts'
import { keepingAnswers } from './keep-answers.ts'
import { isCircuitOpen, type ResilienceOptions, resilient } from './resilience.ts'
import { sharingFlights } from './share-flights.ts'

export interface SubgraphSourceOptions extends ResilienceOptions {
  /** Where its GraphQL endpoint is. */
  url: string
  keys: readonly RequestKey[]
  connections: number
  timeoutMs: number
  maxAnswerBytes: number
  /** The error codes that a service may show to clients. */
  errorCodes: () => ReadonlySet<string>
  /** Whether equal queries of one caller at one time are sent once. */
  isSharing: boolean
  /** How much of what it calls public is kept. */
  maxKeptBytes: number
}

/** A subgraph as the gateway reaches it. */
export interface SubgraphSource extends GraphQLDataSource {
  /** Sends a request's body, and always answers. */
  send: Send
  close: () => Promise<void>
}

type Operation = { query?: string | undefined; variables?: object | undefined; operationName?: string | undefined }

const service: GatewayContext = { viewer: anonymous, requestId: 'gateway', address: '', forwarded: {} }

/**
 * Sends operations to a subgraph, each signed for its caller. Always answers: a subgraph that fails in any way becomes
 * an error that tells the client nothing of the inside, and the log everything.
 */
export function createSubgraphSource(options: SubgraphSourceOptions): SubgraphSource {
  const { origin, pathname } = new URL(options.url)
  const key = options.keys[0]
  if (!key) throw new Error(`there is no key to sign requests to ${options.name} with`)
  const pool = new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: 2_000 },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 60_000,
    maxResponseSize: options.maxAnswerBytes,
  })
  const post: Post = async (body, context) => {
    const signed = signRequest({ method: 'POST', path: pathname, body }, context.viewer, { key: key, now: new Date() })
    const headers = { ...context.forwarded, ...signed, 'content-type': 'application/json', accept: 'application/json' }
    const signal = AbortSignal.timeout(options.timeoutMs)
    const response = await pool.request({ method: 'POST', path: pathname, headers, body, signal })
    const text = await response.body.text()
    const { 'content-type': type, 'cache-control': cacheControl } = response.headers
    return requireGraphQL({ status: response.statusCode, type, text, cacheControl: cacheControl?.toString() })
  }
  const steady = resilient(post, options)
  const shared = options.isSharing ? sharingFlights(steady) : steady
  const exchange = keepingAnswers(shared, { maxBytes: options.maxKeptBytes, now: Date.now })
  const send = async (body: string, context: GatewayContext): Promise<Answer['response']> => {
    try {
      const answer = readAnswer(await exchange(body, context), options.errorCodes())
      for (const hidden of answer.hidden) log(options, context, hidden)
      return answer.response
    } catch (error) {
      log(options, context, error)
      return failureAnswer(error)
    }
  }
  return {
    send,
    process: async (request) => {
      const { query, variables, operationName } = request.request as Operation
      const context = 'incomingRequestContext' in request ? (request.context as GatewayContext) : service
      return (await send(JSON.stringify({ query, operationName, variables }), context)) as never
    },
    close: () => pool.destroy(),
  }
}

function log({ name, log }: SubgraphSourceOptions, { requestId }: GatewayContext, error: unknown): void {
  if (isCircuitOpen(error)) return
  const detail = error instanceof UpstreamFailure ? { detail: error.detail } : {}
  log.error({ err: error, subgraph: name, requestId, ...detail }, 'subgraph failure')
}
