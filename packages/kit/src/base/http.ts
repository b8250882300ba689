import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers one HTTP request. */
export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * How long clients may take to say what they want, and for how long a connection is kept on which nothing is asked: longer than by
 * whoever is before us. Node looks every 30 s whether somebody took too long, unless it is told to look more often.
 */
export const serverTimeouts = {
  keepAliveTimeout: 75_000,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
} as const

/** The body is longer than this endpoint takes. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** The exact bytes of a request's body; each part of it is told as it comes. @throws {BodyTooLarge} */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  onBytes?: (byteCount: number) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      size += chunk.length
      chunks.push(chunk)
      onBytes?.(chunk.length)
      if (size <= maxBytes) return
      // The connection stays: the refusal still has to go out on it.
      request.off('data', take).pause()
      reject(new BodyTooLarge(`the body is longer than ${maxBytes} bytes`))
    }
    request.on('data', take)
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)))
    request.once('error', reject)
    request.once('close', () => {
      if (!request.complete) reject(new Error('the connection was closed before the body was complete'))
    })
  })
}

/** Ends the response with a JSON value. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, {
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json; charset=utf-8' },
  })
}

/** Ends the response with a text of a known length: it goes out in one piece with its head. */
export function sendText(
  response: ServerResponse,
  status: number,
  { body, headers }: { body: string; headers: Readonly<Record<string, string>> },
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
