import type { GatewayContext } from '../context.ts'

type Headers = Readonly<Record<string, string>>

const checked = new WeakMap<GatewayContext['forwarded'], Headers>()

/**
 * Headers of the client's that a subgraph is sent, without what no header may hold, and as they arrive: they are signed. The same
 * for every fetch of a request.
 */
export function forwardable({ forwarded }: Pick<GatewayContext, 'forwarded'>): Headers {
  let headers = checked.get(forwarded)
  if (!headers) {
    const clean = Object.entries(forwarded).map(([name, value]) => [name, value.replace(/[^\t\x20-\x7e]/g, '').trim()])
    headers = Object.fromEntries(clean) as Headers
    checked.set(forwarded, headers)
  }
  return headers
}
