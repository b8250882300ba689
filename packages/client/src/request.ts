import { abortReason, startDeadline } from './deadline.ts'
import { type GraphError, invalidResponse, TikituError, timedOut, unreachable } from './errors.ts'
import { type AnyOperation, operationFields } from './operation.ts'
import type { ClientOptions } from './options.ts'

/** An answer, and what HTTP said with it. */
export interface GraphqlResult {
  data: unknown
  errors: readonly GraphError[]
  status: number
  requestId: string | null
  retryAfterMs: number | null
}

/** An operation with its variables. */
export interface Request {
  operation: AnyOperation
  variables: unknown
}

/** How a single call differs from the others of its client. */
export interface CallOptions {
  /** Ends the call, which then rejects with the signal's reason, as `fetch` does. */
  signal?: AbortSignal | undefined
  /** In place of the client's. */
  timeoutMs?: number
}

/**
 * Asks once; when the token is refused and `token` knows a newer one, once more: nothing was run with the first.
 * @throws {TikituError} when no answer comes, or none in GraphQL
 */
export async function sendRequest(options: ClientOptions, request: Request, call: CallOptions): Promise<GraphqlResult> {
  const token = await options.token?.()
  const received = await exchange(options, { request, token }, call)
  if (!token || received.status !== 401 || received.data !== null) return received
  const newer = await options.token?.(token)
  return newer && newer !== token ? await exchange(options, { request, token: newer }, call) : received
}

/** A request, and the token it is sent with. */
export interface OutgoingRequest {
  request: Request
  token: string | null | undefined
}

async function exchange(options: ClientOptions, outgoing: OutgoingRequest, call: CallOptions): Promise<GraphqlResult> {
  const ms = call.timeoutMs ?? options.timeoutMs ?? 30_000
  const deadline = startDeadline(ms, call.signal)
  try {
    const response = await post(options, outgoing, { signal: deadline.signal })
    return readAnswer(response, await response.text())
  } catch (error) {
    if (call.signal?.aborted) throw abortReason(call.signal)
    if (error instanceof TikituError) throw error
    throw deadline.hasPassed() ? timedOut(options.url, ms) : unreachable(options.url, error)
  } finally {
    deadline.end()
  }
}

/** Sends a request. Rejects as `fetch` does. @throws {TikituError} when the variables cannot be sent */
export async function post(
  options: ClientOptions,
  { request, token }: OutgoingRequest,
  { signal, accept = 'application/graphql-response+json, application/json' }: { signal: AbortSignal; accept?: string },
): Promise<Response> {
  const body = bodyOf(options, request)
  return await (options.fetch ?? fetch)(options.url, {
    method: 'POST',
    headers: {
      accept,
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(options.language ? { 'accept-language': options.language } : {}),
    },
    body,
    signal,
  })
}

function bodyOf(options: ClientOptions, { operation, variables }: Request): string {
  const fields = operationFields(operation, options.byId ?? false)
  try {
    return JSON.stringify({ ...fields, variables })
  } catch (cause) {
    throw new TikituError(`The variables cannot be serialized: ${(cause as Error).message}`, {
      code: 'INVALID_REQUEST',
      cause,
    })
  }
}

/** What a response says beside its text. */
export function headOf({ status, headers }: Response): Omit<GraphqlResult, 'data' | 'errors'> {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return {
    status,
    requestId: headers.get('x-request-id'),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : null,
  }
}

/** @throws {TikituError} when it is not GraphQL */
function readAnswer(response: Response, text: string): GraphqlResult {
  const head = headOf(response)
  try {
    const answer = JSON.parse(text) as { data?: unknown; errors?: GraphError[] } | null
    if (answer?.data !== undefined || Array.isArray(answer?.errors))
      return { ...head, data: answer?.data ?? null, errors: answer?.errors ?? [] }
  } catch {
    // It is no JSON either.
  }
  throw invalidResponse(head)
}
