import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers one HTTP request. */
export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The body is longer than this endpoint takes. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** The exact bytes of a request's body. @throws {BodyTooLarge} */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop must not destroy the connection: the refusal still has to go out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new BodyTooLarge(`the body is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** Ends the response with a JSON value. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}
