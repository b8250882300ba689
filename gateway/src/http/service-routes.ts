import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Log } from '@tikitu/kit/base/log'
import { GraphQLError } from 'graphql'
import { Agent, type Dispatcher, errors } from 'undici'
import type { BufferedRequest, BufferOptions } from './buffer-request.ts'
import { bufferRequests } from './buffer-request.ts'
import { sendErrors, sendRefusal } from './error-response.ts'
import type { GatewayRoute, HttpExchange } from './router.ts'
import { forwardedHeaders, type ServicePath } from './service-paths.ts'

export interface ServiceRouteOptions {
  paths: readonly ServicePath[]
  /** The addresses of the graph's services. */
  locations: () => readonly { name: string; url: string }[]
  /** Creates the route for a path, with its body limit and the concurrency limit. */
  takingOf: (maxBodyBytes: number) => BufferOptions
  /** Charges the client's address that many points. @throws GraphQLError RATE_LIMITED (429) */
  charge: (incoming: HttpExchange, cost: number) => Promise<void>
  timeoutMs: number
  maxAnswerBytes: number
  log: Log
}

/** Response headers to forward. Cookies are not among them, because no path needs one. */
const returnedHeaders = [
  'accept-ranges',
  'allow',
  'cache-control',
  'content-disposition',
  'content-length',
  'content-range',
  'content-security-policy',
  'content-type',
  'location',
  'referrer-policy',
  'retry-after',
] as const

/** The points charged for a request to a path that names no others. */
const servicePathCost = 20

/** A path segment that cannot change the path. */
const lastSegment = /^[\w.~-]{1,256}$/

/**
 * Forwards requests for public paths to their services: webhooks, pages, public keys. Requests are buffered, so slow clients do not occupy
 * the service; responses are streamed.
 */
export function serviceRoutes(options: ServiceRouteOptions): { routes: GatewayRoute[]; close: () => Promise<void> } {
  const { timeoutMs, maxAnswerBytes } = options
  const agent = new Agent({
    connections: 32,
    connect: { timeout: 2_000 },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: maxAnswerBytes,
  })
  const routes = options.paths.map((path) => {
    const isFolder = path.path.endsWith('/*')
    const methods = path.methods.includes('GET') ? ['HEAD', ...path.methods] : path.methods
    const answer = async (incoming: BufferedRequest): Promise<void> => {
      const refusal = await options.charge(incoming, path.cost ?? servicePathCost).catch(asRefusal)
      if (refusal) sendRefusal(incoming.response, refusal)
      else await forward(options, { agent, path }, incoming)
    }
    const route = { path: path.path.replace(/\/\*$/, ''), isFolder, methods, answer }
    return bufferRequests(route, options.takingOf(path.maxBodyBytes))
  })
  return { routes, close: () => agent.destroy() }
}

function asRefusal(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  throw error
}

async function forward(
  { locations, log }: ServiceRouteOptions,
  { agent, path }: { agent: Agent; path: ServicePath },
  incoming: BufferedRequest,
): Promise<void> {
  const { response, requestId } = incoming
  const location = locations().find(({ name }) => name === path.service)
  if (!location || !isBelow(path, incoming.path)) {
    return sendErrors(response, 404, { code: 'NOT_FOUND', message: 'Not found. GraphQL is at /graphql.' })
  }
  const answer = await sendToService(agent, new URL(location.url).origin, { path, incoming }).catch(
    (error: unknown) => {
      log.warn({ err: error, requestId, service: path.service, path: path.path }, 'a request could not be forwarded')
      refuse(response, error)
    },
  )
  if (!answer) return
  response.writeHead(answer.statusCode, headersFor(response, answer))
  await pipeline(answer.body, response)
}

/** `*` matches one segment. The path is compared as it was sent, without resolving anything. */
function isBelow({ path }: ServicePath, requestPath: string): boolean {
  if (!path.endsWith('/*')) return requestPath === path
  return (
    lastSegment.test(requestPath.slice(path.length - 1)) && !requestPath.endsWith('/..') && !requestPath.endsWith('/.')
  )
}

async function sendToService(
  agent: Agent,
  origin: string,
  { path, incoming }: { path: ServicePath; incoming: BufferedRequest },
): Promise<Dispatcher.ResponseData> {
  const { request, response, body } = incoming
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return await agent.request({
    origin,
    path: request.url ?? '/',
    method: request.method === 'POST' ? 'POST' : 'GET',
    headers: forwardedHeadersOf(path, incoming),
    body: request.method === 'POST' ? body : null,
    signal: gone.signal,
  })
}

function forwardedHeadersOf({ headers = [] }: ServicePath, { request, requestId, clientRequestId }: BufferedRequest) {
  const forwarded: Record<string, string> = { 'x-request-id': requestId }
  if (clientRequestId) forwarded['x-client-request-id'] = clientRequestId
  for (const name of [...forwardedHeaders, ...headers]) {
    const value = request.headers[name]
    if (typeof value === 'string') forwarded[name] = value
  }
  return forwarded
}

/** Pages keep their own policy. A shop may open one in a window and check whether it is still open, which needs this opener policy. */
function headersFor(response: ServerResponse, { headers }: Dispatcher.ResponseData): OutgoingHttpHeaders {
  if (String(headers['content-type']).startsWith('text/html')) response.removeHeader('cross-origin-opener-policy')
  const present = returnedHeaders.filter((name) => headers[name] !== undefined)
  return Object.fromEntries(present.map((name) => [name, headers[name]]))
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return
  const isLate = error instanceof errors.HeadersTimeoutError
  response.setHeader('retry-after', '1')
  sendErrors(response, isLate ? 504 : 503, {
    code: 'UNAVAILABLE',
    message: 'The service is not available. Try again in a moment.',
  })
}
