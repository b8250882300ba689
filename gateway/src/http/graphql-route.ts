import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ApolloServer, HeaderMap } from '@apollo/server'
import { isObject } from '@tikitu/federation-executor/lib/own-property'
import {
  type OperationParams,
  type ResolvedOperation,
  type ResolveOperation,
  withoutEmptyName,
} from '../operations/resolve-operation.ts'
import type { GatewayContext } from '../request/context.ts'
import type { BufferedRequest, BufferedRoute } from './buffer-request.ts'
import { sendErrors } from './error-response.ts'
import type { FastPath, FastResponse } from './fast-path.ts'
import { invalidJson, readJsonBody } from './json-body.ts'
import type { HttpExchange } from './router.ts'

export interface GraphQLRouteOptions {
  apollo: ApolloServer<GatewayContext>
  /** What is known of a request. A GraphQLError it throws is the answer. */
  contextOf: (incoming: HttpExchange) => Promise<GatewayContext>
  /** A shorter way for the requests that take it; null when all go through Apollo Server. */
  fastPath: FastPath | null
  /** Finds operations that are asked for by name, and says which texts run. */
  resolveOperation: ResolveOperation
  /** The policy of the landing page, or null where there is none. */
  pagePolicy: string | null
}

/** GraphQL over HTTP, at /graphql. */
export function graphqlRoute(options: GraphQLRouteOptions): BufferedRoute {
  return { path: '/graphql', methods: ['GET', 'POST', 'HEAD'], answer: (incoming) => answerGraphQL(options, incoming) }
}

/** What an answer depends on besides the request itself. */
const keptBy = 'accept, accept-language, authorization'

async function answerGraphQL(options: GraphQLRouteOptions, incoming: BufferedRequest): Promise<void> {
  const { request, response } = incoming
  const identified = options.contextOf(incoming)
  const context = await identified.catch(() => null)
  const search = searchOf(request)
  // Apollo Server tells why, and reads nothing either.
  if (!context) return await answerByApollo(options, incoming, { asked: { body: undefined, search }, identified })
  const body = readJson(incoming)
  if (response.writableEnded) return
  const asked = resolve((given) => options.resolveOperation(given, context), { body, search })
  if ('refusal' in asked) return sendErrors(response, 400, asked.refusal)
  const quick = options.fastPath?.find(request, asked, context)
  if (quick) writeFast(response, await quick())
  else await answerByApollo(options, incoming, { asked, identified })
}

interface ApolloRequest {
  asked: { body: unknown; search: string }
  identified: Promise<GatewayContext>
}

async function answerByApollo(
  options: GraphQLRouteOptions,
  { request, response }: HttpExchange,
  { asked, identified }: ApolloRequest,
): Promise<void> {
  const answer = await options.apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? '', headers: headersOf(request), ...asked },
    context: () => identified,
  })
  const type = answer.headers.get('content-type')
  const status = answer.status ?? 200
  options.fastPath?.learn(request, { status, type })
  for (const [name, value] of answer.headers) response.setHeader(name, value)
  varyWhenKept(response, answer.headers.get('cache-control'))
  if (options.pagePolicy && type?.startsWith('text/html')) {
    response.setHeader('content-security-policy', options.pagePolicy)
    response.removeHeader('cross-origin-embedder-policy')
  }
  response.statusCode = status
  if (answer.body.kind === 'complete') return void response.end(request.method === 'HEAD' ? '' : answer.body.string)
  for await (const chunk of answer.body.asyncIterator) response.write(chunk)
  response.end()
}

function writeFast(response: ServerResponse, { status, type, headers, cacheControl, body }: FastResponse): void {
  varyWhenKept(response, cacheControl)
  for (const [name, value] of headers) response.setHeader(name, value)
  const length = Buffer.byteLength(body)
  response.writeHead(status, { 'content-type': type, 'cache-control': cacheControl, 'content-length': length })
  // As a text it is one piece with the head. With as many bytes as characters, every character is one byte.
  response.end(body, length === body.length ? 'latin1' : 'utf8')
}

function varyWhenKept(response: ServerResponse, cacheControl: string | undefined): void {
  if (cacheControl?.startsWith('max-age')) response.appendHeader('vary', keptBy)
}

/** The request with the text of its operation in place of the operation's name. */
function resolve(
  admit: (asked: OperationParams) => ResolvedOperation,
  { body, search }: { body: unknown; search: string },
) {
  if (body === undefined) {
    const parameters = new URLSearchParams(search)
    if (parameters.get('operationName') === '') parameters.delete('operationName')
    const admission = admit(askedIn(parameters))
    if (!('text' in admission)) return { body, search: `?${parameters}`, ...admission }
    parameters.set('query', admission.text ?? '')
    for (const name of ['documentId', 'extensions']) parameters.delete(name)
    return { body, search: `?${parameters}` }
  }
  if (!isObject(body)) return { body, search }
  const asked = withoutEmptyName(body as OperationParams)
  const admission = admit(asked)
  if (!('text' in admission)) return { body: asked, search, ...admission }
  const { documentId: _id, extensions: _hash, ...rest } = asked
  return { body: { ...rest, query: admission.text }, search }
}

function askedIn(parameters: URLSearchParams): OperationParams {
  const asked: OperationParams = {}
  for (const name of ['query', 'documentId'] as const) {
    if (parameters.has(name)) asked[name] = parameters.get(name)
  }
  try {
    asked.extensions = JSON.parse(parameters.get('extensions') ?? 'null')
  } catch {
    // Apollo Server tells the client.
  }
  return asked
}

function searchOf(request: IncomingMessage): string {
  const url = request.url ?? ''
  return url.includes('?') ? url.slice(url.indexOf('?')) : ''
}

/** The body as JSON; absent when it has another type, which Apollo Server refuses. Answers by itself what cannot be read. */
function readJson(incoming: BufferedRequest): unknown {
  const { request, response } = incoming
  if (request.method !== 'POST') return undefined
  const read = readJsonBody(incoming)
  if ('value' in read) return read.value
  if (read.problem === 'type') return undefined
  return read.problem === 'encoding'
    ? sendErrors(response, 415, { code: 'BAD_REQUEST', message: 'Send the body without content-encoding.' })
    : sendErrors(response, 400, { code: 'BAD_REQUEST', message: invalidJson })
}

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap()
  for (const name in request.headers) {
    const value = request.headers[name]
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return headers
}
