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

/** What a client sends to have an operation run. Nothing in it has been checked. */
export interface OperationRequest {
  query?: unknown
  operationName?: unknown
  variables?: unknown
  extensions?: unknown
  documentId?: unknown
}

/** An answer as HTTP has it. */
export interface HttpResponse {
  status: number
  headers: Iterable<readonly [string, string]>
  text: string
}

/** Runs a query or a mutation. */
export type ExecuteOnce = (
  request: OperationRequest,
  /** Who asks, and whether nothing may be changed. */
  asking: { context: GatewayContext; isReadOnly: boolean },
) => Promise<HttpResponse>

/** What came of it: one answer, or a stream of them. */
export type OperationResult = { answer: HttpResponse } | { stream: Stream }

export interface StartOptions {
  resolveOperation: ResolveOperation
  prepare: ParseOperation
  streams: Streams
  executeOnce: ExecuteOnce
  mask: ErrorMask
}

/** Who asks, and how. */
export interface OperationCaller {
  /** Finds out who asks. A GraphQLError it throws is the answer. */
  identify: () => Promise<{ context: GatewayContext; endsAt: number | null }>
  requestId: string
  /** Whether only what changes nothing may be asked. */
  isReadOnly: boolean
}

/** Starts an operation. */
export type StartOperation = (request: OperationRequest, asking: OperationCaller) => Promise<OperationResult>

/** Runs any operation: a subscription as a stream, another as every request. Never throws for what a client did wrong. */
export async function startOperation(
  options: StartOptions,
  sent: OperationRequest,
  asking: OperationCaller,
): Promise<OperationResult> {
  const request = withoutEmptyName(sent)
  try {
    const { context, endsAt } = await asking.identify()
    const admission = options.resolveOperation(request, context)
    if ('refusal' in admission) return refused(400, admission.refusal)
    const { documentId: _id, ...named } = request
    const asked: OperationRequest =
      admission.text === undefined ? request : { ...named, query: admission.text, extensions: undefined }
    const subscribing = subscribingOf((text, name) => options.prepare(text, name, context), asked)
    if (subscribing === null)
      return { answer: await options.executeOnce(asked, { context, isReadOnly: asking.isReadOnly }) }
    return { stream: await options.streams.start(subscribing, { context, endsAt }) }
  } catch (error) {
    return { answer: refusalOf(options.mask, error, asking.requestId) }
  }
}

/** The subscription that is asked for; null when it is another operation. @throws {Refusals}, GraphQLError */
function subscribingOf(
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

/** What a client is told of a refusal: status and headers as its errors say. */
function refusalOf(mask: ErrorMask, error: unknown, requestId: string): HttpResponse {
  const errors = streamFailure(error, '')
  const { status = 500, headers = [] } = (errors.find(({ extensions }) => extensions['http'])?.extensions['http'] ??
    {}) as Head
  return { status, headers, text: JSON.stringify({ errors: mask.showAll(errors, requestId) }) }
}

function refused(status: number, { message, ...extensions }: PublicError): OperationResult {
  return { answer: { status, headers: [], text: JSON.stringify({ errors: [{ message, extensions }] }) } }
}
