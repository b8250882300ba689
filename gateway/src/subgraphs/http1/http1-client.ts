import type { Transport, TransportOptions } from '../transport.ts'
import { createConnections } from './connections.ts'

const connectTimeoutMs = 2_000
const idleMs = 60_000

/** Requests to one subgraph by HTTP/1.1, on connections of our own. */
export function createHttp1Client({ url, connections: most, maxAnswerBytes }: TransportOptions): Transport {
  const { hostname, port, host, pathname, search } = new URL(url)
  const connections = createConnections({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 80),
    most,
    connectTimeoutMs,
    idleMs,
    maxAnswerBytes,
  })
  const start = `POST ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n`
  return {
    close: connections.close,
    send: (headers, body, { resolve, reject }) => {
      const length = Buffer.byteLength(body)
      let request = start
      for (const name in headers) request += `${name}: ${headers[name]}\r\n`
      request += `content-length: ${length}\r\n\r\n${body}`
      // With as many bytes as characters, every character is one byte.
      return connections.send(length === body.length ? request : Buffer.from(request), {
        reject,
        resolve: ({ status, headers: told, text }) =>
          resolve({ status, type: told.get('content-type'), text, cacheControl: told.get('cache-control') }),
      })
    },
  }
}
