import { createLruCache } from '@tikitu/federation-executor/lib/lru-cache'
import { clientKeyHeader, clientKeyOf, type RequestKey } from '@tikitu/kit/auth/request-signatures'
import type { GatewayContext } from '../request/context.ts'
import { forwardable } from './forwardable.ts'

type Headers = Readonly<Record<string, string>>

const cacheSize = { maxCount: 10_000, maxKeyChars: 1_000_000 }
const dayMs = 86_400_000

/** Creates the headers to a subgraph, with a keyed hash of the client's address that changes every day. */
export function headersWithClientKey(
  key: RequestKey,
  now: () => number = Date.now,
): (context: GatewayContext) => Headers {
  let day = 0
  let clientKeys = createLruCache<string>(cacheSize)
  const clientKeyFor = (address: string): string => {
    const ms = now()
    const today = Math.floor(ms / dayMs)
    if (today !== day) clientKeys = createLruCache(cacheSize)
    day = today
    const known = clientKeys.get(address)
    if (known !== undefined) return known
    const clientKey = clientKeyOf(address, key, new Date(ms))
    clientKeys.set(address, clientKey)
    return clientKey
  }
  return (context) => {
    const headers = forwardable(context)
    headers[clientKeyHeader] = clientKeyFor(context.address)
    return headers
  }
}
