import { clientKeyHeader, clientKeyOf, type RequestKey } from '@tikitu/kit/signatures'
import type { GatewayContext } from '../context.ts'
import { forwardable } from './forwardable.ts'

type Headers = Readonly<Record<string, string>>

/**
 * The headers that a subgraph is sent, with what stands for the client's address to those who share the key. The same for every
 * fetch of a request.
 */
export function headersWithClientKey(key: RequestKey): (context: GatewayContext) => Headers {
  const made = new WeakMap<Headers, Headers>()
  return (context) => {
    const own = forwardable(context)
    let headers = made.get(own)
    if (!headers) {
      headers = { ...own, [clientKeyHeader]: clientKeyOf(context.address, key, new Date()) }
      made.set(own, headers)
    }
    return headers
  }
}
