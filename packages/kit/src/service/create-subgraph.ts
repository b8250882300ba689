import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ApolloServer, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { GraphQLSchema } from 'graphql'
import type { JSONWebKeySet } from 'jose'
import { accessRoutes } from '../access/access-routes.ts'
import type { AccessWatch } from '../access/access-watch.ts'
import type { AccessSubject } from '../auth/admission.ts'
import { clientKeyHeader, type RequestKey, SignatureRefused, verifyRequest } from '../auth/request-signatures.ts'
import { createUsedNonces, type UsedNonces } from '../auth/used-nonces.ts'
import type { UserViewer, Viewer } from '../auth/viewer.ts'
import { BodyTooLarge, type Route, readBody, sendJson, sendText, serverTimeouts } from '../base/http.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import { rejectInvalidText } from '../base/storable-text.ts'
import type { BaseCtx, Caller } from '../context/context.ts'
import { createOperationCache, type OperationCache } from '../executor/operation-cache.ts'
import { cacheControl } from '../graphql/cache-control.ts'
import { formatError, refusedRequest } from '../graphql/format-error.ts'
import type { Receipt } from '../messaging/inbox.ts'
import { eventSignatureHeader } from '../messaging/outbox.ts'
import { createLive, type Live, wantsStream } from '../subscriptions/subscription-server.ts'

/** Plans that are kept from one request to the next, or graphql-js with Apollo's server for each. */
export type ExecutorName = 'compiled' | 'graphql-js' | 'execute' | 'jit'

export interface SubgraphOptions<C extends BaseCtx> {
  name: string
  schema: GraphQLSchema
  createCtx: (caller: Caller) => C
  requestKeys: readonly RequestKey[]
  jwks: JSONWebKeySet
  log: Log
  /** What is known here of people's rights: asked before any resolver. Absent, the signed claims are all there is. */
  access?: AccessWatch
  /** What this service itself decides of a caller's rights, for the gateway: more than was written down so far. */
  describeSubject?: (ctx: C, viewer: UserViewer) => Promise<Partial<AccessSubject>>
  /** Takes in an event. */
  receive: (ctx: C, body: string, signature: string) => Promise<Receipt>
  /** Throws while the service cannot do its work. */
  checkReady: () => Promise<void>
  /**
   * Further endpoints, by `METHOD /path`: webhooks and downloads, which check their callers themselves. In `GET /path/*` the
   * star stands for one last segment.
   */
  routes?: Readonly<Record<string, Route>>
  /** How many streams of live data may be open at once. */
  maxStreams?: number
  /** Who executes queries and mutations. Default: plans that are kept. */
  executor?: ExecutorName
  /** Lets go of what it opened itself. */
  close?: () => Promise<void>
}

/** A subgraph without a port: `handle` answers HTTP. */
export interface Subgraph<C extends BaseCtx> {
  apollo: ApolloServer<C>
  /** Its subscriptions. */
  live: Live
  handle: (request: IncomingMessage, response: ServerResponse) => void
  createServer: () => Server
  /** The caller with the rights that are theirs now. @throws {UserSuspended | Unauthenticated} */
  admit: (caller: Caller) => Promise<Caller>
  options: SubgraphOptions<C>
  /** Ends its streams, and lets go of everything it opened. */
  close: () => Promise<void>
}

/** Fits the largest document that a mutation takes. */
const maxRequestBytes = 4_000_000
const maxEventBytes = 16_000_000

/**
 * A subgraph: GraphQL for requests that the gateway signed and nobody else, signed events, its public keys, and health.
 * Started before it is returned.
 */
export async function createSubgraph<C extends BaseCtx>(options: SubgraphOptions<C>): Promise<Subgraph<C>> {
  if (options.requestKeys.length === 0) throw new Error(`${options.name} needs at least one request key`)
  const known = operationCacheOf(options)
  const apollo = new ApolloServer<C>({
    ...(known ? { gateway: known.executor } : { schema: options.schema }),
    introspection: false,
    csrfPrevention: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => formatError(options.log, formatted, error),
    plugins: [
      rejectInvalidText,
      cacheControl,
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
    ],
  })
  await apollo.start()
  const live = liveUnder(options)
  const handlers = { apollo, live, known, nonces: createUsedNonces() }
  const routes = { ...subgraphRoutes(options, handlers), ...rightsRoutes(options), ...options.routes }
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const route = findRoute(routes, request)
    if (!route) return sendJson(response, 404, { error: 'not found' })
    route(request, response).catch((error: unknown) => answerFailure(options.log, response, error))
  }
  const close = async (): Promise<void> => {
    live.end()
    await options.access?.close()
    await options.close?.()
    await apollo.stop()
  }
  return {
    apollo,
    live,
    handle,
    options,
    close,
    admit: (caller) => admitted(options, caller),
    createServer: () => {
      options.access?.start()
      return createServer(serverTimeouts, handle)
    },
  }
}

function operationCacheOf<C extends BaseCtx>({ schema, log, executor }: SubgraphOptions<C>): OperationCache<C> | null {
  return executor === 'graphql-js' ? null : createOperationCache<C>(schema, log, executor)
}

/** Subscriptions that end when their caller's rights change. What the gateway waits for ends with them. */
function liveUnder<C extends BaseCtx>(options: SubgraphOptions<C>): Live {
  const { access } = options
  const live = createLive(options)
  access?.onChange(live.cut)
  return {
    ...live,
    end: () => {
      access?.endWaits()
      live.end()
    },
  }
}

/** The caller is described in their own name, whatever their rights are by now: it is about those. */
function rightsRoutes<C extends BaseCtx>(options: SubgraphOptions<C>): Record<string, Route> {
  const { access, requestKeys, describeSubject, createCtx } = options
  if (!access) return {}
  return accessRoutes({
    access,
    requestKeys,
    describe: async (viewer) => {
      const ctx = createCtx({ viewer, requestId: newId('req'), acceptLanguage: '' })
      return (await describeSubject?.(ctx, viewer)) ?? {}
    },
  })
}

/** The caller with the rights that are theirs now. @throws {UserSuspended | Unauthenticated} */
async function admitted({ access }: Pick<SubgraphOptions<BaseCtx>, 'access'>, caller: Caller): Promise<Caller> {
  return access ? { ...caller, viewer: await access.admit(caller.viewer) } : caller
}

function findRoute(routes: Readonly<Record<string, Route>>, request: IncomingMessage): Route | undefined {
  const wanted = `${request.method} ${request.url?.split('?')[0]}`
  return routes[wanted] ?? routes[wanted.replace(/[^/]+$/, '*')]
}

function subgraphRoutes<C extends BaseCtx>(
  options: SubgraphOptions<C>,
  handlers: RequestHandlers<C>,
): Record<string, Route> {
  const health: Route = async (_request, response) => {
    const isReady = await options.checkReady().then(
      () => true,
      () => false,
    )
    sendJson(response, isReady ? 200 : 503, { service: options.name, status: isReady ? 'ok' : 'unavailable' })
  }
  return {
    'POST /graphql': (request, response) => answerGraphQL(options, handlers, { request, response }),
    'POST /events': async (request, response) => {
      const body = (await readBody(request, maxEventBytes)).toString()
      const signature = request.headers[eventSignatureHeader]
      const ctx = options.createCtx(callerOf(request, { kind: 'service', service: options.name }))
      const receipt = await options.receive(ctx, body, typeof signature === 'string' ? signature : '')
      if (receipt.status === 204) response.writeHead(204).end()
      else sendJson(response, receipt.status, { error: receipt.message })
    },
    'GET /.well-known/jwks.json': async (_request, response) => sendJson(response, 200, options.jwks),
    'GET /health': health,
    'GET /health/ready': health,
    'GET /health/live': async (_request, response) => sendJson(response, 200, { service: options.name, status: 'ok' }),
  }
}

/** How operations are answered: subscriptions, those that are known already, and all others. */
interface RequestHandlers<C extends BaseCtx> {
  live: Live
  known: OperationCache<C> | null
  apollo: ApolloServer<C>
  /** Of the requests that may have changed something. */
  nonces: UsedNonces
}

/** Nothing that changes something can be written without that word. */
function mayMutate(asked: unknown): boolean {
  const query = (asked as { query?: unknown } | null)?.query
  return typeof query !== 'string' || query.includes('mutation')
}

async function answerGraphQL<C extends BaseCtx>(
  options: SubgraphOptions<C>,
  { apollo, live, known, nonces }: RequestHandlers<C>,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const body = await readBody(request, maxRequestBytes)
  const parts = { method: 'POST', path: request.url ?? '', headers: request.headers, body }
  const now = new Date()
  const viewer = verifyRequest(parts, options.requestKeys, now)
  const caller = await admitted(options, { ...callerOf(request, viewer), signal: goneSignal(response) }).catch(
    refusedRequest,
  )
  if ('refusal' in caller) return sendJson(response, 200, caller.refusal)
  const asked: unknown = JSON.parse(body.toString())
  if (mayMutate(asked)) nonces.take(request.headers, now)
  if (wantsStream(request)) return await live.answer(response, caller, asked)
  const isPlain = request.headers.accept === 'application/json'
  const answer = isPlain && known ? await known.answer(asked, () => options.createCtx(caller)) : null
  if (!answer) return await answerByApollo(apollo, { request, response, asked, ctx: () => options.createCtx(caller) })
  sendText(response, 200, {
    body: answer.text,
    headers: { 'cache-control': answer.cacheControl, 'content-type': 'application/json; charset=utf-8' },
  })
}

async function answerByApollo<C extends BaseCtx>(
  apollo: ApolloServer<C>,
  {
    request,
    response,
    asked,
    ctx,
  }: { request: IncomingMessage; response: ServerResponse; asked: unknown; ctx: () => C },
): Promise<void> {
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body: asked },
    context: async () => ctx(),
  })
  const body = answer.body.kind === 'complete' ? answer.body.string : ''
  sendText(response, answer.status ?? 200, { body, headers: Object.fromEntries(answer.headers) })
}

/** Aborted when the connection ends before the answer is out. */
function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}

function callerOf(request: IncomingMessage, viewer: Viewer): Caller {
  const requestId = request.headers['x-request-id']
  const clientKey = viewer.kind === 'service' ? undefined : request.headers[clientKeyHeader]
  return {
    viewer,
    requestId: typeof requestId === 'string' && requestId ? requestId : newId('req'),
    acceptLanguage: request.headers['accept-language'] ?? '',
    ...(typeof clientKey === 'string' && clientKey ? { clientKey } : {}),
  }
}

function answerFailure(log: Log, response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy()
  if (error instanceof SignatureRefused)
    return sendJson(response, 401, { error: 'only the gateway may call this service' })
  if (error instanceof BodyTooLarge) {
    // What is left of the body is not read, so nothing more can come on this connection.
    response.setHeader('connection', 'close')
    return sendJson(response, 413, { error: error.message })
  }
  if (error instanceof SyntaxError) return sendJson(response, 400, { error: 'the body is not JSON' })
  const errorId = newId('err')
  log.error({ err: error, errorId }, 'unexpected error')
  sendJson(response, 500, { error: 'Internal server error', errorId })
}
