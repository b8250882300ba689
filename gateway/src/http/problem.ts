import { type ServerResponse, STATUS_CODES } from 'node:http'
import { sendText } from '@tikitu/kit/base/http'

/** A value of a request and what is wrong with it. */
export interface InputProblem {
  /** Name of the parameter, or path in the body: `lines.0.quantity`. */
  field: string
  message: string
}

/** A problem document (RFC 9457). */
export interface Problem {
  status: number
  code: string
  detail: string
  /** Further members, such as `fields` or those of a refusal. */
  [extra: string]: unknown
}

/**
 * Ends the response with a problem document, with `retry-after` when it is known. The title is the phrase of the status; `code` is the
 * same as in GraphQL.
 */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const { status, code, detail, ...extra } = problem
  const seconds = retrySeconds(problem)
  if (seconds !== null && !response.hasHeader('retry-after')) response.setHeader('retry-after', String(seconds))
  if (status === 401 && !response.hasHeader('www-authenticate')) response.setHeader('www-authenticate', 'Bearer')
  const title = STATUS_CODES[status] ?? 'Error'
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code, ...extra })
  sendText(response, status, {
    body,
    headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' },
  })
}

/** The seconds after which the request may be repeated; null when unknown. */
function retrySeconds({ status, retryAt, retryAfterSeconds }: Problem): number | null {
  if (typeof retryAfterSeconds === 'number') return retryAfterSeconds
  if (typeof retryAt === 'string') return Math.max(1, Math.ceil((Date.parse(retryAt) - Date.now()) / 1_000))
  return status === 503 ? 1 : null
}

/** Whether requests for this path get problem documents instead of GraphQL errors. */
export function isRestPath(url: string): boolean {
  return url.startsWith('/api/') || url === '/api' || url.startsWith('/api?')
}
