import type { GraphQLDataSource } from '@apollo/gateway'
import { anonymous } from '@tikitu/kit/auth/viewer'
import { keepingEntities, type Received } from '../cache/entity-cache.ts'
import type { ResponseCache } from '../cache/response-cache.ts'
import type { GatewayContext, Send } from '../request/context.ts'
import { keepingAnswers, notingPolicy, publicSecondsOf } from './cached-responses.ts'
import { sharingFlights } from './deduplicate-requests.ts'
import { type Answer, failureAnswer, type Post, readAnswer, UpstreamFailure } from './read-response.ts'
import { isCircuitOpen, type ResilienceOptions, resilient } from './resilience.ts'
import { ClientGone, createPost, type PostOptions } from './subgraph-client.ts'

export interface SubgraphSourceOptions extends ResilienceOptions, PostOptions {
  /** The error codes that a service may show to clients. */
  errorCodes: () => ReadonlySet<string>
  /** Whether equal queries of one caller at one time are sent once. */
  isSharing: boolean
  /** Where answers are kept that it calls public; null when none are. */
  shelf: ResponseCache | null
}

/** A subgraph as the gateway reaches it. */
export interface SubgraphSource extends GraphQLDataSource {
  /** Sends a request's body, and always answers. */
  send: Send
  close: () => Promise<void>
}

/** An answer that goes on to the client, and for how long everybody may be given it. */
type Asked = Received & Pick<Answer, 'response'>

type Operation = { query?: string | undefined; variables?: object | undefined; operationName?: string | undefined }

const service: GatewayContext = { viewer: anonymous, requestId: 'gateway', address: '', forwarded: {} }

/**
 * Sends operations to a subgraph, each signed for its caller. Always answers: a subgraph that fails in any way becomes
 * an error that tells the client nothing of the inside, and the log everything.
 */
export function createSubgraphSource(options: SubgraphSourceOptions): SubgraphSource {
  const { post, close } = createPost(options)
  const steady = resilient(post, options)
  const shared = options.isSharing ? sharingFlights(steady) : steady
  const { name, shelf } = options
  const exchange = notingPolicy(shared, shelf)
  const ask = reading(shelf ? keepingAnswers(exchange, { name, shelf }) : exchange, options)
  const send: Send = async (body, context) => (await ask(body, context)).response
  if (shelf) send.entities = keepingEntities({ name, shelf, ask: reading(exchange, options) })
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
function reading(post: Post, options: SubgraphSourceOptions) {
  return async (body: string, context: GatewayContext): Promise<Asked> => {
    try {
      const raw = await post(body, context)
      const answer = readAnswer(raw, options.errorCodes(), body)
      for (const hidden of answer.hidden) log(options, context, hidden)
      return { response: answer.response, publicSeconds: publicSecondsOf(raw) }
    } catch (error) {
      log(options, context, error)
      return { response: failureAnswer(error), publicSeconds: 0 }
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
