import { createHash } from 'node:crypto'
import type { BoundEndpoint } from '@tikitu/schema/rest/bind-endpoint'
import type { BufferedRequest } from '../http/buffer-request.ts'

const variesBy = 'accept-language, authorization'

/** Ends the response with the body of a success: JSON, the way to a file, or none for 204. */
export function sendBody(
  incoming: BufferedRequest,
  { endpoint, list }: BoundEndpoint,
  { body, cacheControl }: { body: unknown; cacheControl: string },
): void {
  const { response } = incoming
  const { status = 200 } = endpoint
  response.statusCode = status
  response.setHeader('cache-control', status === 303 ? 'no-store' : cacheControl)
  if (status === 204) return void response.end()
  if (list === 'connection') linkPages(incoming, (body as { nextCursor: string | null }).nextCursor)
  if (status === 303) return void response.writeHead(status, { location: (body as { url: string }).url }).end()
  response.setHeader('content-type', 'application/json; charset=utf-8')
  sendBytes(incoming, cacheControl, Buffer.from(JSON.stringify(body)))
}

/** Answers that may be cached have an ETag, and are 304 for clients that have them. */
function sendBytes({ request, response }: BufferedRequest, cacheControl: string, bytes: Buffer): void {
  if (cacheControl.startsWith('max-age')) {
    response.appendHeader('vary', variesBy)
    const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`
    response.setHeader('etag', tag)
    if (tagsIn(request.headers['if-none-match']).some((known) => known === tag || known === '*')) {
      response.statusCode = 304
      response.removeHeader('content-type')
      return void response.end()
    }
  }
  response.setHeader('content-length', bytes.length)
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

/** Tags compare weakly (RFC 9110, section 13.1.2), because proxies that compress make them weak. */
function tagsIn(header: string | undefined): string[] {
  return (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
}

/** The addresses of the first and the next page (RFC 8288), relative to this one. */
function linkPages({ path, request, response }: BufferedRequest, nextCursor: string | null): void {
  const query = new URLSearchParams(request.url?.split('?')[1] ?? '')
  const linkTo = (rel: string): string => `<${path}${query.size > 0 ? `?${query}` : ''}>; rel="${rel}"`
  const links: string[] = []
  if (query.has('cursor')) {
    query.delete('cursor')
    links.push(linkTo('first'))
  }
  if (nextCursor !== null) {
    query.set('cursor', nextCursor)
    links.push(linkTo('next'))
  }
  if (links.length > 0) response.setHeader('link', links.join(', '))
}
