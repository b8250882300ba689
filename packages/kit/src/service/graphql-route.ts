import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { execute, type GraphQLSchema } from 'graphql'
import type { AccessWatch } from '../access/access-watch.ts'
import { clientKeyHeader, type RequestKey, verifyRequest } from '../auth/request-signatures.ts'
import { createUsedNonces } from '../auth/used-nonces.ts'
import type { Viewer } from '../auth/viewer.ts'
import { type Route, readBody, sendJson, sendText } from '../base/http.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import { rejectInvalidText } from '../base/storable-text.ts'
import type { BaseCtx, Caller } from '../context/context.ts'
import { cacheControl, computeCacheControl } from '../graphql/cache-control.ts'
import { formatError, formatExecutionError, refusedRequest } from '../graphql/format-error.ts'
import { createOperationCache, type KnownRequest } from '../graphql/operation-cache.ts'
import { type Live, wantsStream } from '../subscriptions/subscription-server.ts'

export interface GraphqlOptions<C extends BaseCtx> {
  schema: GraphQLSchema
  createCtx: (caller: Caller) => C
  requestKeys: readonly RequestKey[]
  log: Log
  /** The current rights of users, checked before any resolver. When absent, the signed claims count. */
  access?: AccessWatch
}

/** The GraphQL endpoint of a subgraph: its Apollo Server and its HTTP handler. */
export interface Graphql<C extends BaseCtx> {
  apollo: ApolloServer<C>
  route: Route
}

/** Fits the largest input of a mutation. */
const maxRequestBytes = 4_000_000

/**
 * `POST /graphql`, for requests signed by the gateway. An operation that Apollo Server has executed before
 * bypasses its pipeline: graphql-js executes it at once, and bytes and headers of the response are the same. Apollo Server is
 * started before this returns.
 */
export async function createGraphql<C extends BaseCtx>(options: GraphqlOptions<C>, live: Live): Promise<Graphql<C>> {
  const operations = createOperationCache()
  const nonces = createUsedNonces()
  const apollo = createApollo(options, operations.plugin)
  await apollo.start()
  const route: Route = async (request, response) => {
    const body = await readBody(request, maxRequestBytes)
    const now = new Date()
    const parts = { method: 'POST', path: request.url ?? '', headers: request.headers, body }
    const viewer = verifyRequest(parts, options.requestKeys, now)
    const signed = { ...callerOf(request, viewer), signal: goneSignal(response) }
    const caller = await admitCaller(options, signed).catch(refusedRequest)
    if ('refusal' in caller) return sendJson(response, 200, caller.refusal)
    const parsed: unknown = JSON.parse(body.toString())
    if (mayMutate(parsed)) nonces.take(request.headers, now)
    if (wantsStream(request)) return await live.answer(response, caller, parsed)
    const createCtx = () => options.createCtx(caller)
    const known = request.headers.accept === 'application/json' ? operations.find(parsed) : null
    const answer = known ? await executeKnown(options, known, createCtx()) : null
    const { status, ...rest } = answer ?? (await executeByApollo(apollo, request, { parsed, createCtx }))
    sendText(response, status, rest)
  }
  return { apollo, route }
}

function createApollo<C extends BaseCtx>(
  { schema, log }: GraphqlOptions<C>,
  cacheOperations: ApolloServerPlugin,
): ApolloServer<C> {
  return new ApolloServer<C>({
    schema,
    introspection: false,
    csrfPrevention: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => formatError(log, formatted, error),
    plugins: [
      rejectInvalidText,
      cacheControl,
      cacheOperations,
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
    ],
  })
}

/** The caller with their current rights. @throws {UserSuspended | Unauthenticated} */
export async function admitCaller({ access }: { access?: AccessWatch }, caller: Caller): Promise<Caller> {
  return access ? { ...caller, viewer: await access.admit(caller.viewer) } : caller
}

/** The caller of a request, from its headers. */
export function callerOf(request: IncomingMessage, viewer: Viewer): Caller {
  const requestId = request.headers['x-request-id']
  const clientKey = viewer.kind === 'service' ? undefined : request.headers[clientKeyHeader]
  return {
    viewer,
    requestId: typeof requestId === 'string' && requestId ? requestId : newId('req'),
    acceptLanguage: request.headers['accept-language'] ?? '',
    ...(typeof clientKey === 'string' && clientKey ? { clientKey } : {}),
  }
}

/** Aborted when the connection closes before the response is sent. */
function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}

/** Mutations contain that word. */
function mayMutate(parsed: unknown): boolean {
  const query = (parsed as { query?: unknown } | null)?.query
  return typeof query !== 'string' || query.includes('mutation')
}

interface GraphqlResponse {
  status: number
  body: string
  headers: Readonly<Record<string, string>>
}

/** Null when variables are invalid: Apollo Server then produces the response; no resolver has run. */
async function executeKnown<C extends BaseCtx>(
  { schema, log }: GraphqlOptions<C>,
  known: KnownRequest,
  contextValue: C,
): Promise<GraphqlResponse | null> {
  const { document, operationName, variables: variableValues } = known
  const cacheControlOf = computeCacheControl(schema, known, contextValue)
  const { data, errors } = await execute({ schema, document, operationName, variableValues, contextValue })
  if (data === undefined) return null
  const result = { errors: errors?.map((error) => formatExecutionError(log, error)), data }
  const headers = { 'cache-control': cacheControlOf(!!errors), 'content-type': 'application/json; charset=utf-8' }
  return { status: 200, body: `${JSON.stringify(result)}\n`, headers }
}

async function executeByApollo<C extends BaseCtx>(
  apollo: ApolloServer<C>,
  request: IncomingMessage,
  { parsed, createCtx }: { parsed: unknown; createCtx: () => C },
): Promise<GraphqlResponse> {
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const {
    status,
    body,
    headers: answered,
  } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body: parsed },
    context: async () => createCtx(),
  })
  const text = body.kind === 'complete' ? body.string : ''
  return { status: status ?? 200, body: text, headers: Object.fromEntries(answered) }
}
