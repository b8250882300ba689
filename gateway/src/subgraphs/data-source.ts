import type { GraphQLDataSource } from '@apollo/gateway'
import { anonymous } from '@tikitu/kit/auth/viewer'
import { type CacheableResponse, withEntityCache } from '../cache/entity-cache.ts'
import type { ResponseCache } from '../cache/response-cache.ts'
import type { GatewayContext, Send } from '../request/context.ts'
import { publicSecondsOf, withCachedResponses, withCachePolicy } from './cached-responses.ts'
import { withDeduplication } from './deduplicate-requests.ts'
import { failureResponse, readResponse, type SendRaw, type SubgraphResponse, UpstreamFailure } from './read-response.ts'
import { isCircuitOpen, type ResilienceOptions, withResilience } from './resilience.ts'
import { ClientGone, createSubgraphClient, type SubgraphClientOptions } from './subgraph-client.ts'

export interface SubgraphSourceOptions extends ResilienceOptions, SubgraphClientOptions {
  /** The error codes that a service may show to clients. */
  errorCodes: () => ReadonlySet<string>
  /** Whether equal queries that one caller sends at the same time become one request. */
  isDeduplicating: boolean
  /** Caches responses that the subgraph declares public; null when nothing is cached. */
  responseCache: ResponseCache | null
}

/** A subgraph as a data source of the gateway. */
export interface SubgraphSource extends GraphQLDataSource {
  /** Sends the body of a request. Never rejects: a failure becomes an error in the response. */
  send: Send
  close: () => Promise<void>
}

/** A response for the client, and for how long it may be cached for everybody. */
type SubgraphResult = CacheableResponse & Pick<SubgraphResponse, 'response'>

type Operation = { query?: string | undefined; variables?: object | undefined; operationName?: string | undefined }

const service: GatewayContext = { viewer: anonymous, requestId: 'gateway', address: '', forwarded: {} }

/**
 * Sends operations to a subgraph, each signed for its caller. Never rejects: any failure of the subgraph becomes an error that reveals
 * no internals to the client; the log has the details.
 */
export function createSubgraphSource(options: SubgraphSourceOptions): SubgraphSource {
  const { sendRaw, close } = createSubgraphClient(options)
  const resilient = withResilience(sendRaw, options)
  const deduplicated = options.isDeduplicating ? withDeduplication(resilient) : resilient
  const { name, responseCache } = options
  const uncached = withCachePolicy(deduplicated, responseCache)
  const fetchResult = parsed(responseCache ? withCachedResponses(uncached, { name, responseCache }) : uncached, options)
  const send: Send = async (body, context) => (await fetchResult(body, context)).response
  if (responseCache) send.entities = withEntityCache({ name, responseCache, fetch: parsed(uncached, options) })
  return {
    send,
    process: async (request) => {
      const { query, variables, operationName } = request.request as Operation
      const context = 'incomingRequestContext' in request ? (request.context as GatewayContext) : service
      return (await send(JSON.stringify({ query, operationName, variables }), context)) as never
    },
    close,
  }
}

/** Parses raw responses, and turns failures into errors in the response. */
function parsed(sendRaw: SendRaw, options: SubgraphSourceOptions) {
  return async (body: string, context: GatewayContext): Promise<SubgraphResult> => {
    try {
      const raw = await sendRaw(body, context)
      const { response, hidden } = readResponse(raw, options.errorCodes(), body)
      for (const error of hidden) log(options, context, error)
      return { response, publicSeconds: publicSecondsOf(raw) }
    } catch (error) {
      log(options, context, error)
      return { response: failureResponse(error), publicSeconds: 0 }
    }
  }
}

function log({ name, log }: SubgraphSourceOptions, context: GatewayContext, error: unknown): void {
  if (isCircuitOpen(error) || error instanceof ClientGone) return
  const detail = error instanceof UpstreamFailure ? { detail: error.detail } : {}
  const { requestId, forwarded } = context
  const clientRequestId = forwarded['x-client-request-id']
  log.error({ err: error, subgraph: name, requestId, clientRequestId, ...detail }, 'subgraph failure')
}
