import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AllowsOrigin } from './origins.ts'

const exposed = 'x-request-id, x-client-request-id, retry-after, etag, link'
const maxAgeSeconds = '7200'

/**
 * Sets CORS headers; true when the request was a preflight, which is then complete. Tokens are sent in the Authorization header, so
 * credentials are never allowed.
 */
export function isPreflightAnswered(allows: AllowsOrigin, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers
  const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
  response.setHeader('vary', 'origin')
  if (origin !== undefined && allows(origin)) {
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('access-control-expose-headers', exposed)
    if (isPreflight) allowRequest(request, response)
  }
  if (isPreflight) response.writeHead(204, { 'content-length': '0' }).end()
  return isPreflight
}

function allowRequest(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
  response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '')
  response.setHeader('access-control-max-age', maxAgeSeconds)
}
