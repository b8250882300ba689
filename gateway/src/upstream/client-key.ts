import { clientKeyHeader, clientKeyOf, type RequestKey } from '@tikitu/kit/signatures'
import type { GatewayContext } from '../context.ts'
import { createRecentCache } from '../executor/recent-cache.ts'
import { forwardable } from './forwardable.ts'

type Headers = Readonly<Record<string, string>>

const cacheSize = { maxCount: 10_000, maxKeyChars: 1_000_000 }
const dayMs = 86_400_000

/**
 * The headers that a subgraph is sent, with what stands for the client's address to those who share the key. The same for every
 * fetch of a request.
 */
export function headersWithClientKey(
  key: RequestKey,
  now: () => number = Date.now,
): (context: GatewayContext) => Headers {
  const made = new WeakMap<Headers, Headers>()
  const clientKeys = createRecentCache<string>(cacheSize)
  const clientKeyFor = (address: string): string => {
    const ms = now()
    const name = `${Math.floor(ms / dayMs)} ${address}`
    const known = clientKeys.get(name)
    if (known !== undefined) return known
    const clientKey = clientKeyOf(address, key, new Date(ms))
    clientKeys.set(name, clientKey)
    return clientKey
  }
  return (context) => {
    const own = forwardable(context)
    let headers = made.get(own)
    if (!headers) {
      headers = { ...own, [clientKeyHeader]: clientKeyFor(context.address) }
      made.set(own, headers)
    }
    return headers
  }
}
