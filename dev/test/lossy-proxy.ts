import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A proxy that loses responses: every `nth` request is executed but answered with 503. */
export async function startLossyProxy(nth: number, graphUrl: string): Promise<{ url: string; close: () => void }> {
  let count = 0
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const answer = await forward(graphUrl, request, body)
    count += 1
    if (count % nth === 0) return unavailable(response)
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/graphql`, close: () => server.close() }
}

function forward(url: string, { headers }: IncomingMessage, body: Buffer): Promise<Response> {
  const forwarded = ['accept', 'authorization', 'content-type'].flatMap((name) =>
    headers[name] ? [[name, String(headers[name])] as [string, string]] : [],
  )
  return fetch(url, { method: 'POST', headers: forwarded, body: new Uint8Array(body) })
}

function unavailable(response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ message: 'Nobody answers.', extensions: { code: 'UNAVAILABLE' } }] }))
}
