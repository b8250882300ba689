import { printExecutableGraphQLDocument } from '@graphql-tools/documents'
import type { Execute } from '@tikitu/federation-executor/executor-mode'
import { parseExact } from '@tikitu/federation-executor/lib/exact-json'
import { type BoundEndpoint, bindEndpoint } from '@tikitu/schema/rest/bind-endpoint'
import type { RestEndpoint } from '@tikitu/schema/rest/endpoint'
import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql'
import type { BufferedRequest, BufferedRoute } from '../http/buffer-request.ts'
import { cacheControlOf } from '../http/cache-header.ts'
import { type Problem, sendProblem } from '../http/problem.ts'
import type { HttpExchange } from '../http/router.ts'
import type { ParsedOperation } from '../operations/parse-operation.ts'
import type { GatewayContext } from '../request/context.ts'
import { executeOperation, headOf, type OperationResult, withInputCode } from '../request/execute-operation.ts'
import type { ErrorMask } from '../request/mask-errors.ts'
import { internalError } from '../request/public-errors.ts'
import { isRefusal, problemOfError, problemOfRefusal } from './error-problem.ts'
import { createPathMatcher, type MatchPath } from './match-endpoint.ts'
import { bodyOf, canCut, cutBody, partOf } from './read-body.ts'
import { explainInput, inputStatus, readVariables } from './read-variables.ts'
import { sendBody, sendJsonText } from './send-body.ts'

export interface RestRouteOptions {
  endpoints: readonly RestEndpoint[]
  /** The persisted operations, by name. */
  documents: Readonly<Record<string, DocumentNode>>
  /** Validates a persisted operation against the current schema. */
  prepare: (text: string) => ParsedOperation | { errors: readonly GraphQLError[] }
  execute: Execute
  mask: ErrorMask
  /** Creates the context of a request. A GraphQLError that it throws becomes the response. */
  contextOf: (incoming: HttpExchange) => Promise<GatewayContext>
  /** Calls back with each schema that is loaded. */
  onSchema: (listener: (schema: GraphQLSchema) => void) => void
}

/** An endpoint with the text of its operation. */
interface Served extends BoundEndpoint {
  text: string
  /** The body is cut out of the executor's JSON. */
  isCut: boolean
}

const prefix = '/api/v1'

/** REST below `/api/v1`: each endpoint runs its persisted operation, with the checks and limits of GraphQL requests. */
export function restRoute(options: RestRouteOptions): BufferedRoute {
  const { endpoints, documents } = options
  const texts = new Map(endpoints.map(({ operation }) => [operation, textOf(documents[operation])]))
  let match: MatchPath<Served> = () => null
  options.onSchema((schema) => {
    match = createPathMatcher(
      endpoints.flatMap((endpoint) => {
        const bound = bindOrNull(schema, endpoint, documents)
        return bound ? { ...bound, text: texts.get(endpoint.operation) ?? '', isCut: canCut(bound) } : []
      }),
    )
  })
  return {
    path: '/api',
    isFolder: true,
    answer: async (incoming) => {
      const { path, request, response } = incoming
      const found = path.startsWith(`${prefix}/`) ? match(path.slice(prefix.length)) : null
      if (!found) return sendProblem(response, notFound)
      const served = found.byMethod.get(request.method === 'HEAD' ? 'GET' : (request.method ?? ''))
      if (!served) return refuseMethod(incoming, found.byMethod)
      const problem = await answerEndpoint(options, { incoming, served, pathValues: found.values })
      if (problem) sendProblem(response, problem)
    },
  }
}

/** The text of an operation as the SDK sends it, so that both share a plan. */
export function textOf(document: DocumentNode | undefined): string {
  return document ? printExecutableGraphQLDocument(document) : ''
}

/** A graph without the endpoint's types does not have the endpoint. */
function bindOrNull(
  schema: GraphQLSchema,
  endpoint: RestEndpoint,
  documents: RestRouteOptions['documents'],
): BoundEndpoint | null {
  try {
    return bindEndpoint(schema, endpoint, documents)
  } catch {
    return null
  }
}

interface EndpointRequest {
  incoming: BufferedRequest
  served: Served
  pathValues: Readonly<Record<string, string>>
}

/** Sends the body, or returns the problem. */
async function answerEndpoint(options: RestRouteOptions, asked: EndpointRequest): Promise<Problem | null> {
  const { incoming, served, pathValues } = asked
  const prepared = options.prepare(served.text)
  if ('errors' in prepared) return notFound
  const context = await options.contextOf(incoming).catch(asRefusal)
  if (context instanceof GraphQLError) return problemOfErrors(options, asked, { errors: [context], context: null })
  const read = readVariables(served, incoming, pathValues)
  if ('problem' in read) return read.problem
  const { variables } = read
  const { result } = await executeOperation(options.execute, { prepared, variables }, context)
  if (!result.errors?.length) return answerResult(asked, result, context)
  const problem = problemOfErrors(options, asked, { errors: result.errors, context })
  const fields = problem.code === 'BAD_USER_INPUT' ? explainInput(served, variables) : []
  return fields.length > 0 ? { ...problem, fields } : problem
}

/** Sends the body. It is cut out of the executor's JSON where that is possible. */
function answerResult(asked: EndpointRequest, { data }: OperationResult, context: GatewayContext): Problem | null {
  const { text } = (data ?? {}) as { text?: unknown }
  if (typeof text !== 'string') return answerData(asked, data, context)
  const { incoming, served } = asked
  const cut = served.isCut ? cutBody(text, served) : null
  // Numbers keep all digits.
  if (cut === null) return answerData(asked, parseExact(text), context)
  sendJsonText(incoming, cacheControlOf(context, false), cut)
  return null
}

/** Sends the part of the data that is the body. A refusal or a missing object is a problem. */
function answerData({ incoming, served }: EndpointRequest, data: unknown, context: GatewayContext): Problem | null {
  const part = partOf(served, data)
  if (part === null) return { ...notFound, detail: noObject }
  if (isRefusal(part)) return problemOfRefusal(part)
  const body = bodyOf(served, part)
  if (body === null) return { ...notFound, detail: noObject }
  sendBody(incoming, served, { body, cacheControl: cacheControlOf(context, false) })
  return null
}

const noObject = 'There is no such object, or you may not see it.'

function asRefusal(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  throw error
}

/** The problem of the first error. Headers of errors, such as `retry-after`, are set. */
function problemOfErrors(
  { mask }: RestRouteOptions,
  { incoming, served }: EndpointRequest,
  { errors, context }: { errors: readonly GraphQLError[]; context: GatewayContext | null },
): Problem {
  const { response, requestId } = incoming
  for (const [name, value] of headOf(errors).headers) response.setHeader(name, value)
  const [error] = mask.showAll(errors.map(withInputCode), requestId)
  return problemOfError(error ?? internalError(), { context, inputStatus: inputStatus(served) })
}

function refuseMethod({ path, response }: BufferedRequest, byMethod: ReadonlyMap<string, unknown>): void {
  const methods = [...byMethod.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  response.setHeader('allow', methods.join(', '))
  sendProblem(response, { status: 405, code: 'BAD_REQUEST', detail: `${path} takes ${methods.join(' and ')}.` })
}

const notFound: Problem = {
  status: 404,
  code: 'NOT_FOUND',
  detail: 'There is no such REST endpoint. GraphQL is at /graphql.',
}
