import { hash } from 'node:crypto'
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
  sendJsonText(incoming, cacheControl, JSON.stringify(body))
}

/** Ends the response with JSON. Answers that may be cached have an ETag, and are 304 for clients that have them. */
export function sendJsonText({ request, response }: BufferedRequest, cacheControl: string, text: string): void {
  response.setHeader('cache-control', cacheControl)
  if (cacheControl.startsWith('max-age')) {
    response.appendHeader('vary', variesBy)
    const tag = `"${hash('sha256', text, 'base64url').slice(0, 27)}"`
    response.setHeader('etag', tag)
    const known = request.headers['if-none-match']
    if (known !== undefined && tagsIn(known).some((one) => one === tag || one === '*')) {
      return void response.writeHead(304).end()
    }
  }
  const length = Buffer.byteLength(text)
  response.writeHead(response.statusCode, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': length,
  })
  if (request.method === 'HEAD') return void response.end()
  // A string is written in one chunk with the headers. When its byte length equals its length, latin1 gives the same bytes.
  response.end(text, length === text.length ? 'latin1' : 'utf8')
}

/** Tags compare weakly (RFC 9110, section 13.1.2), because proxies that compress make them weak. */
function tagsIn(header: string): string[] {
  return header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
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
