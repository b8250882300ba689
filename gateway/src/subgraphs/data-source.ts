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
  /** Whether equal queries of one caller at one time are sent once. */
  isDeduplicating: boolean
  /** Where answers are kept that it calls public; null when none are. */
  responseCache: ResponseCache | null
}

/** A subgraph as the gateway reaches it. */
export interface SubgraphSource extends GraphQLDataSource {
  /** Sends a request's body, and always answers. */
  send: Send
  close: () => Promise<void>
}

/** An answer that goes on to the client, and for how long everybody may be given it. */
type SubgraphResult = CacheableResponse & Pick<SubgraphResponse, 'response'>

type Operation = { query?: string | undefined; variables?: object | undefined; operationName?: string | undefined }

const service: GatewayContext = { viewer: anonymous, requestId: 'gateway', address: '', forwarded: {} }

/**
 * Sends operations to a subgraph, each signed for its caller. Always answers: a subgraph that fails in any way becomes
 * an error that tells the client nothing of the inside, and the log everything.
 */
export function createSubgraphSource(options: SubgraphSourceOptions): SubgraphSource {
  const { sendRaw, close } = createSubgraphClient(options)
  const steady = withResilience(sendRaw, options)
  const shared = options.isDeduplicating ? withDeduplication(steady) : steady
  const { name, responseCache } = options
  const exchange = withCachePolicy(shared, responseCache)
  const ask = reading(responseCache ? withCachedResponses(exchange, { name, responseCache }) : exchange, options)
  const send: Send = async (body, context) => (await ask(body, context)).response
  if (responseCache) send.entities = withEntityCache({ name, responseCache, ask: reading(exchange, options) })
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

/** Asks by `post`, and always answers. */
function reading(sendRaw: SendRaw, options: SubgraphSourceOptions) {
  return async (body: string, context: GatewayContext): Promise<SubgraphResult> => {
    try {
      const raw = await sendRaw(body, context)
      const answer = readResponse(raw, options.errorCodes(), body)
      for (const hidden of answer.hidden) log(options, context, hidden)
      return { response: answer.response, publicSeconds: publicSecondsOf(raw) }
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
