import type { IncomingMessage, ServerResponse } from 'node:http'
import { BodyTooLarge, type Route } from '@tikitu/kit/base/http'
import { newId } from '@tikitu/kit/base/ids'
import type { Log } from '@tikitu/kit/base/log'
import { BodyTooSlow } from './body-reader.ts'
import { isPreflightAnswered } from './cors.ts'
import { sendErrors } from './error-response.ts'
import type { AllowsOrigin } from './origins.ts'
import { securityHeaders } from './security-headers.ts'

/** A request on its way through the gateway. */
export interface HttpExchange {
  request: IncomingMessage
  response: ServerResponse
  path: string
  /** Ours: no client can wear another's in our logs. */
  requestId: string
  /** What the client calls its request, if it does. */
  clientRequestId?: string | undefined
}

/** Answers requests whose path begins with `path`, or is it. */
export interface GatewayRoute {
  path: string
  /** Whether everything below the path belongs to it too. */
  isFolder?: boolean
  /** Others are refused. Absent: the route takes any. */
  methods?: readonly string[]
  answer: (incoming: HttpExchange) => Promise<void>
}

export interface RouterOptions {
  routes: readonly GatewayRoute[]
  /** Whose pages may read answers. */
  allowsOrigin: AllowsOrigin
  isDraining: () => boolean
  log: Log
}

const requestIdForm = /^[\w.:-]{8,128}$/

/** The HTTP front: security headers, CORS, request ids and routes, on the bare server of Node. */
export function createRouter(options: RouterOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const clientRequestId = clientRequestIdOf(request)
    const incoming: HttpExchange = {
      request,
      response,
      path: pathOf(request),
      requestId: newId('req'),
      clientRequestId,
    }
    for (const [name, value] of securityHeaders) response.setHeader(name, value)
    response.setHeader('x-request-id', incoming.requestId)
    if (clientRequestId) response.setHeader('x-client-request-id', clientRequestId)
    if (options.isDraining()) response.setHeader('connection', 'close')
    if (isPreflightAnswered(options.allowsOrigin, request, response)) return
    answer(options, incoming).catch((error: unknown) => answerFailure(options.log, incoming, error))
  }
}

/** As a route of the front, answered for GET only. */
export function getRoute(path: string, route: Route): GatewayRoute {
  return { path, methods: ['GET', 'HEAD'], answer: ({ request, response }) => route(request, response) }
}

async function answer({ routes }: RouterOptions, incoming: HttpExchange): Promise<void> {
  const { path, request, response } = incoming
  const route = routes.find(
    (candidate) => path === candidate.path || (candidate.isFolder && path.startsWith(`${candidate.path}/`)),
  )
  if (!route)
    return sendErrors(response, 404, { code: 'NOT_FOUND', message: 'There is nothing here. GraphQL is at /graphql.' })
  const { methods } = route
  if (methods && !methods.includes(request.method ?? '')) {
    response.setHeader('allow', methods.join(', '))
    return sendErrors(response, 405, { code: 'BAD_REQUEST', message: `${path} takes ${methods.join(' and ')}.` })
  }
  await route.answer(incoming)
}

function answerFailure(log: Log, incoming: HttpExchange, error: unknown): void {
  const { response, request, requestId, clientRequestId } = incoming
  if (response.headersSent) return void response.destroy()
  if (request.destroyed && !request.complete) return
  if (error instanceof BodyTooLarge || error instanceof BodyTooSlow) return refuseBody(response, error)
  log.error({ err: error, requestId, clientRequestId }, 'unexpected error')
  sendErrors(response, 500, { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error', requestId })
}

/** What is left of such a body is not read, so nothing more can come on its connection. */
function refuseBody(response: ServerResponse, error: BodyTooLarge | BodyTooSlow): void {
  const { message } = error
  response.setHeader('connection', 'close')
  if (error instanceof BodyTooSlow) return sendErrors(response, 408, { code: 'BAD_REQUEST', message })
  sendErrors(response, 413, { code: 'OPERATION_TOO_LARGE', message: `${message}: send less at a time.` })
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/'
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

/** The client's own name for its request, where it is in a form that is safe in a log. */
export function clientRequestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const stated = headers['x-request-id']
  return typeof stated === 'string' && requestIdForm.test(stated) ? stated : undefined
}
