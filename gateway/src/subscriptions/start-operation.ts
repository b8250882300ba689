import { isObject } from '@tikitu/federation-executor/lib/own-property'
import { GraphQLError } from 'graphql'
import type { PublicError } from '../http/error-response.ts'
import type { ParseOperation } from '../operations/parse-operation.ts'
import { type ResolveOperation, withoutEmptyName } from '../operations/resolve-operation.ts'
import type { GatewayContext } from '../request/context.ts'
import type { ErrorMask } from '../request/mask-errors.ts'
import { Refusals, type SubscribeRequest } from './check-subscription.ts'
import { streamFailure } from './stream-failure.ts'
import type { Stream, Streams } from './streams.ts'

/** An operation as a client sends it, unchecked. */
export interface OperationRequest {
  query?: unknown
  operationName?: unknown
  variables?: unknown
  extensions?: unknown
  documentId?: unknown
}

/** A response with its HTTP status and headers. */
export interface HttpResponse {
  status: number
  headers: Iterable<readonly [string, string]>
  text: string
}

/** Runs a query or a mutation. */
export type ExecuteOnce = (
  request: OperationRequest,
  /** The caller, and whether mutations are refused. */
  caller: { context: GatewayContext; isReadOnly: boolean },
) => Promise<HttpResponse>

/** One response, or a stream of them. */
export type OperationResult = { answer: HttpResponse } | { stream: Stream }

export interface StartOptions {
  resolveOperation: ResolveOperation
  prepare: ParseOperation
  streams: Streams
  executeOnce: ExecuteOnce
  mask: ErrorMask
}

/** The caller, and how the operation was sent. */
export interface OperationCaller {
  /** Identifies the caller. A GraphQLError that it throws becomes the response. */
  identify: () => Promise<{ context: GatewayContext; endsAt: number | null }>
  requestId: string
  /** Whether mutations are refused. */
  isReadOnly: boolean
}

/** Starts an operation. */
export type StartOperation = (request: OperationRequest, caller: OperationCaller) => Promise<OperationResult>

/** Runs any operation: a subscription as a stream, others like every request. A client's mistake becomes a response. */
export async function startOperation(
  options: StartOptions,
  sent: OperationRequest,
  caller: OperationCaller,
): Promise<OperationResult> {
  const request = withoutEmptyName(sent)
  try {
    const { context, endsAt } = await caller.identify()
    const resolution = options.resolveOperation(request, context)
    if ('refusal' in resolution) return refused(400, resolution.refusal)
    const { documentId: _id, ...named } = request
    const resolved: OperationRequest =
      resolution.text === undefined ? request : { ...named, query: resolution.text, extensions: undefined }
    const subscription = subscriptionIn((text, name) => options.prepare(text, name, context), resolved)
    if (subscription === null)
      return { answer: await options.executeOnce(resolved, { context, isReadOnly: caller.isReadOnly }) }
    return { stream: await options.streams.start(subscription, { context, endsAt }) }
  } catch (error) {
    return { answer: refusalOf(options.mask, error, caller.requestId) }
  }
}

/** The subscription in a request; null when it is another operation. @throws {Refusals}, GraphQLError */
function subscriptionIn(
  prepare: (text: string, operationName: string | null) => ReturnType<ParseOperation>,
  { query: text, operationName = null, variables }: OperationRequest,
): SubscribeRequest | null {
  const canBe = typeof text === 'string' && /\bsubscription\b/.test(text)
  if (!canBe || (operationName !== null && typeof operationName !== 'string')) return null
  const prepared = prepare(text, operationName)
  if ('errors' in prepared) throw new Refusals(prepared.errors)
  if (prepared.operation.operation !== 'subscription') return null
  return { text, operationName, variables: variablesOf(variables) }
}

function variablesOf(variables: unknown): SubscribeRequest['variables'] {
  if (variables === undefined || variables === null) return {}
  if (!isObject(variables)) throw badRequest('variables must be an object.')
  return variables
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } })
}

interface Head {
  status?: number
  headers?: Iterable<readonly [string, string]>
}

/** The response to a refusal, with the status and headers of its errors. */
function refusalOf(mask: ErrorMask, error: unknown, requestId: string): HttpResponse {
  const errors = streamFailure(error, '')
  const { status = 500, headers = [] } = (errors.find(({ extensions }) => extensions['http'])?.extensions['http'] ??
    {}) as Head
  return { status, headers, text: JSON.stringify({ errors: mask.showAll(errors, requestId) }) }
}

function refused(status: number, { message, ...extensions }: PublicError): OperationResult {
  return { answer: { status, headers: [], text: JSON.stringify({ errors: [{ message, extensions }] }) } }
}
