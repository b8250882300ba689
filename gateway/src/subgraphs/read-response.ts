import { parseExact } from '@tikitu/federation-executor/lib/exact-json'
import { isObject } from '@tikitu/federation-executor/lib/own-property'
import type { GraphQLFormattedError } from 'graphql'
import type { GatewayContext } from '../request/context.ts'
import { clientRefusalCodes, internalError, unavailableError } from '../request/public-errors.ts'
import { findInputValueErrors } from './input-value-errors.ts'

/** The response of a subgraph before it is parsed. */
export interface RawResponse {
  status: number
  type: string | string[] | undefined
  text: string
  /** The `cache-control` header. */
  cacheControl?: string | undefined
}

/** Sends a body to a subgraph for a caller. Rejects when there is no response. */
export type SendRaw = (body: string, context: GatewayContext) => Promise<RawResponse>

/** A parsed response, and the errors that are hidden from the client. */
export interface SubgraphResponse {
  response: { data: Record<string, unknown> | null; errors?: GraphQLFormattedError[] }
  hidden: unknown[]
}

/** The response of a subgraph is not a valid GraphQL response. `detail` is for the log. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure'
  readonly detail: string

  constructor(message: string, detail: string) {
    super(message)
    this.detail = detail.slice(0, 2_000)
  }
}

/** Statuses of GraphQL over HTTP whose body is a GraphQL response; 400 comes with variables that a subgraph refuses. */
const graphqlStatuses = new Set([200, 400])

/** Some servers send JSON as `text/plain` or without a type; the parser decides. */
const graphqlTypes = /^(application\/(graphql-response\+)?json|text\/plain)\b/

/** Checks status and type. @throws {UpstreamFailure} when it is not the response of a GraphQL server */
export function requireGraphQL(raw: RawResponse): RawResponse {
  if (!graphqlStatuses.has(raw.status)) throw new UpstreamFailure(`it answered ${raw.status}`, raw.text)
  if (raw.type !== undefined && !graphqlTypes.test(String(raw.type)))
    throw new UpstreamFailure(`it answered ${raw.type}`, raw.text)
  return raw
}

/** Parses the response to a body, and hides every error that is not a refusal with a public code. @throws {UpstreamFailure} */
export function readResponse(raw: RawResponse, codes: ReadonlySet<string>, body: string): SubgraphResponse {
  const { data = null, errors } = parseBody(raw.text)
  if (errors === undefined) return { response: { data }, hidden: [] }
  const hidden: unknown[] = []
  const inputValueErrorOf = findInputValueErrors(body)
  const shown = errors.map((error) => {
    if (isRefusal(error, codes)) return error
    const refused = data === null ? inputValueErrorOf(error) : null
    if (refused) return refused
    hidden.push(new UpstreamFailure('it returned an unexpected error', JSON.stringify(error)))
    return internalError(pathOf(error))
  })
  return { response: { data, errors: shown }, hidden }
}

/** The response that a client is given when the subgraph has failed. */
export function failureResponse(error: unknown): SubgraphResponse['response'] {
  const isOutage = !(error instanceof UpstreamFailure) || /^it answered 50[234]$/.test(error.message)
  return { data: null, errors: [isOutage ? unavailableError() : internalError()] }
}

function parseBody(text: string): { data?: Record<string, unknown> | null; errors?: unknown[] } {
  let body: unknown
  try {
    body = parseExact(text)
  } catch {
    throw new UpstreamFailure('its response is not JSON', text)
  }
  if (!isObject(body)) throw new UpstreamFailure('its response is not an object', text)
  const { data } = body
  // Some servers send null or an empty list when there are no errors.
  const errors = body.errors === null || isEmptyList(body.errors) ? undefined : body.errors
  if (data !== undefined && data !== null && !isObject(data))
    throw new UpstreamFailure('its data is not an object', text)
  if (errors !== undefined && !Array.isArray(errors)) throw new UpstreamFailure('its errors are not a list', text)
  if (data === undefined && errors === undefined)
    throw new UpstreamFailure('its response has neither data nor errors', text)
  return { data: data as Record<string, unknown> | null, errors }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function isRefusal(error: unknown, codes: ReadonlySet<string>): error is GraphQLFormattedError {
  if (!isObject(error) || typeof error.message !== 'string' || !isObject(error.extensions)) return false
  if (error.path !== undefined && pathOf(error) === undefined) return false
  const code = error.extensions.code
  return typeof code === 'string' && (codes.has(code) || clientRefusalCodes.has(code))
}

function pathOf(error: unknown): (string | number)[] | undefined {
  const path = isObject(error) ? error.path : undefined
  const isPath = Array.isArray(path) && path.every((key) => typeof key === 'string' || Number.isInteger(key))
  return isPath ? (path as (string | number)[]) : undefined
}
