import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A way to a graph on which answers get lost: every `nth` request is done, and its sender told that nobody answers. */
export async function losingEvery(nth: number, graphUrl: string): Promise<{ url: string; close: () => void }> {
  let count = 0
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const answer = await pass(graphUrl, request, body)
    count += 1
    if (count % nth === 0) return unavailable(response)
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/graphql`, close: () => server.close() }
}

function pass(url: string, { headers }: IncomingMessage, body: Buffer): Promise<Response> {
  const kept = ['accept', 'authorization', 'content-type'].flatMap((name) =>
    headers[name] ? [[name, String(headers[name])] as [string, string]] : [],
  )
  return fetch(url, { method: 'POST', headers: kept, body: new Uint8Array(body) })
}

function unavailable(response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ message: 'Nobody answers.', extensions: { code: 'UNAVAILABLE' } }] }))
}
