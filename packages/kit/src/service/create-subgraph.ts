import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { ApolloServer } from '@apollo/server'
import type { JSONWebKeySet } from 'jose'
import { accessRoutes } from '../access/access-routes.ts'
import type { AccessSubject } from '../auth/admission.ts'
import { SignatureRefused } from '../auth/request-signatures.ts'
import type { UserViewer } from '../auth/viewer.ts'
import { BodyTooLarge, type Route, readBody, sendJson, serverTimeouts } from '../base/http.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { BaseCtx, Caller } from '../context/context.ts'
import type { Receipt } from '../messaging/inbox.ts'
import { eventSignatureHeader } from '../messaging/outbox.ts'
import { createLive, type Live } from '../subscriptions/subscription-server.ts'
import { admitCaller, callerOf, createGraphql, type GraphqlOptions } from './graphql-route.ts'

export interface SubgraphOptions<C extends BaseCtx> extends GraphqlOptions<C> {
  name: string
  jwks: JSONWebKeySet
  /** The part of a caller's rights that this service decides, for the gateway; possibly newer than what is stored. */
  describeSubject?: (ctx: C, viewer: UserViewer) => Promise<Partial<AccessSubject>>
  /** Handles an event. */
  receive: (ctx: C, body: string, signature: string) => Promise<Receipt>
  /** Throws while the service is not ready. */
  checkReady: () => Promise<void>
  /**
   * Further endpoints by `METHOD /path`, such as webhooks and downloads, which authenticate their callers themselves. In `GET /path/*`
   * the star matches one last segment.
   */
  routes?: Readonly<Record<string, Route>>
  /** Maximum number of open subscription streams. */
  maxStreams?: number
  /** Releases its own resources. */
  close?: () => Promise<void>
}

/** A subgraph without a listening server: `handle` serves HTTP. */
export interface Subgraph<C extends BaseCtx> {
  apollo: ApolloServer<C>
  /** Its subscriptions. */
  live: Live
  handle: (request: IncomingMessage, response: ServerResponse) => void
  createServer: () => Server
  /** The caller with their current rights. @throws {UserSuspended | Unauthenticated} */
  admit: (caller: Caller) => Promise<Caller>
  options: SubgraphOptions<C>
  /** Ends its streams and releases all resources. */
  close: () => Promise<void>
}

const maxEventBytes = 16_000_000

/**
 * Creates a started subgraph: GraphQL for requests signed by the gateway, signed events, its public keys, and health.
 */
export async function createSubgraph<C extends BaseCtx>(options: SubgraphOptions<C>): Promise<Subgraph<C>> {
  if (options.requestKeys.length === 0) throw new Error(`${options.name} needs at least one request key`)
  const live = liveUnder(options)
  const { apollo, route: graphqlRoute } = await createGraphql(options, live)
  const ownRoutes = { 'POST /graphql': graphqlRoute, ...subgraphRoutes(options), ...rightsRoutes(options) }
  const routes = { ...ownRoutes, ...options.routes }
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
    admit: (caller) => admitCaller(options, caller),
    createServer: () => {
      options.access?.start()
      return createServer(serverTimeouts, handle)
    },
  }
}

/** Subscriptions, which end when their caller's rights change. Closing also ends the gateway's long polls. */
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

/** Served with the claims as signed: the current rights are what is asked for. */
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

function findRoute(routes: Readonly<Record<string, Route>>, request: IncomingMessage): Route | undefined {
  const wanted = `${request.method} ${request.url?.split('?')[0]}`
  return routes[wanted] ?? routes[wanted.replace(/[^/]+$/, '*')]
}

function subgraphRoutes<C extends BaseCtx>(options: SubgraphOptions<C>): Record<string, Route> {
  const health: Route = async (_request, response) => {
    const isReady = await options.checkReady().then(
      () => true,
      () => false,
    )
    sendJson(response, isReady ? 200 : 503, { service: options.name, status: isReady ? 'ok' : 'unavailable' })
  }
  return {
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

function answerFailure(log: Log, response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy()
  if (error instanceof SignatureRefused)
    return sendJson(response, 401, { error: 'only the gateway may call this service' })
  if (error instanceof BodyTooLarge) {
    // The rest of the body is not read, so the connection cannot be reused.
    response.setHeader('connection', 'close')
    return sendJson(response, 413, { error: error.message })
  }
  if (error instanceof SyntaxError) return sendJson(response, 400, { error: 'the body is not JSON' })
  const errorId = newId('err')
  log.error({ err: error, errorId }, 'unexpected error')
  sendJson(response, 500, { error: 'Internal server error', errorId })
}
