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
  /** Creates the context of a request. A GraphQLError that it throws becomes the response. */
  contextOf: (incoming: HttpExchange) => Promise<GatewayContext>
  /** Handles simple requests; null when Apollo Server handles all. */
  fastPath: FastPath | null
  /** Resolves persisted operations, and decides which operations are accepted. */
  resolveOperation: ResolveOperation
  /** The content security policy of the landing page; null when there is no such page. */
  pagePolicy: string | null
}

/** GraphQL over HTTP, at /graphql. */
export function graphqlRoute(options: GraphQLRouteOptions): BufferedRoute {
  return { path: '/graphql', methods: ['GET', 'POST', 'HEAD'], answer: (incoming) => answerGraphQL(options, incoming) }
}

/** What a response depends on besides the request. */
const cacheVary = 'accept, accept-language, authorization'

async function answerGraphQL(options: GraphQLRouteOptions, incoming: BufferedRequest): Promise<void> {
  const { request, response } = incoming
  const identified = options.contextOf(incoming)
  const context = await identified.catch(() => null)
  const search = searchOf(request)
  // Apollo Server reports the error.
  if (!context) return await answerByApollo(options, incoming, { params: { body: undefined, search }, identified })
  const body = readJson(incoming)
  if (response.writableEnded) return
  const params = resolve((given) => options.resolveOperation(given, context), { body, search })
  if ('refusal' in params) return sendErrors(response, 400, params.refusal)
  const fastResponse = options.fastPath?.find(request, params, context)
  if (fastResponse) writeFast(response, await fastResponse())
  else await answerByApollo(options, incoming, { params, identified })
}

interface ApolloRequest {
  params: { body: unknown; search: string }
  identified: Promise<GatewayContext>
}

async function answerByApollo(
  options: GraphQLRouteOptions,
  { request, response }: HttpExchange,
  { params, identified }: ApolloRequest,
): Promise<void> {
  const answer = await options.apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? '', headers: headersOf(request), ...params },
    context: () => identified,
  })
  const type = answer.headers.get('content-type')
  const status = answer.status ?? 200
  options.fastPath?.learn(request, { status, type })
  for (const [name, value] of answer.headers) response.setHeader(name, value)
  varyWhenCacheable(response, answer.headers.get('cache-control'))
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
  varyWhenCacheable(response, cacheControl)
  for (const [name, value] of headers) response.setHeader(name, value)
  const length = Buffer.byteLength(body)
  response.writeHead(status, { 'content-type': type, 'cache-control': cacheControl, 'content-length': length })
  // A string is written in one chunk with the headers. When its byte length equals its length, latin1 gives the same bytes.
  response.end(body, length === body.length ? 'latin1' : 'utf8')
}

function varyWhenCacheable(response: ServerResponse, cacheControl: string | undefined): void {
  if (cacheControl?.startsWith('max-age')) response.appendHeader('vary', cacheVary)
}

/** The request with the text of its operation instead of the id. */
function resolve(
  admit: (params: OperationParams) => ResolvedOperation,
  { body, search }: { body: unknown; search: string },
) {
  if (body === undefined) {
    const parameters = new URLSearchParams(search)
    if (parameters.get('operationName') === '') parameters.delete('operationName')
    const resolved = admit(paramsIn(parameters))
    if (!('text' in resolved)) return { body, search: `?${parameters}`, ...resolved }
    parameters.set('query', resolved.text ?? '')
    for (const name of ['documentId', 'extensions']) parameters.delete(name)
    return { body, search: `?${parameters}` }
  }
  if (!isObject(body)) return { body, search }
  const params = withoutEmptyName(body as OperationParams)
  const resolved = admit(params)
  if (!('text' in resolved)) return { body: params, search, ...resolved }
  const { documentId: _id, extensions: _hash, ...rest } = params
  return { body: { ...rest, query: resolved.text }, search }
}

function paramsIn(parameters: URLSearchParams): OperationParams {
  const params: OperationParams = {}
  for (const name of ['query', 'documentId'] as const) {
    if (parameters.has(name)) params[name] = parameters.get(name)
  }
  try {
    params.extensions = JSON.parse(parameters.get('extensions') ?? 'null')
  } catch {
    // Apollo Server reports the error.
  }
  return params
}

function searchOf(request: IncomingMessage): string {
  const url = request.url ?? ''
  return url.includes('?') ? url.slice(url.indexOf('?')) : ''
}

/** The body as JSON; undefined for other content types, which Apollo Server rejects. Responds itself when the body cannot be read. */
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
