import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Sends a request for a signed URL to a service's handler, over HTTP, and reads the whole response. */
export async function fetchFile(handle: RequestListener, url: string, init: RequestInit = {}) {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { pathname, search } = new URL(url)
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const response = await fetch(`${address}${pathname}${search}`, init)
    return { status: response.status, headers: response.headers, content: Buffer.from(await response.arrayBuffer()) }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
