import type { Log } from '@tikitu/kit/base/log'
import { createMemoryStore } from './memory-store.ts'
import { createRedisStore } from './redis-store.ts'
import { createResponseCache, maxTtlSeconds, type ResponseCache } from './response-cache.ts'

export interface ResponseCacheSettings {
  /** How much of what subgraphs call public a gateway keeps in its memory. With 0 nothing is kept, in Redis neither. */
  maxCacheBytes: number
  /** A Redis that all gateways keep answers in instead. */
  cacheRedis?: { url: string; timeoutMs: number } | null
  log: Log
}

/** An answer that is longer is not worth the way to Redis. */
const maxRedisChars = 1_000_000

/** The shelf that the settings ask for; null when nothing is to be kept. */
export function openResponseCache(
  { maxCacheBytes, cacheRedis, log }: ResponseCacheSettings,
  namespace: () => string,
): ResponseCache | null {
  if (maxCacheBytes === 0) return null
  const now = Date.now
  const store = cacheRedis
    ? createRedisStore({
        ...cacheRedis,
        prefix: 'tikitu:gateway',
        changeMs: maxTtlSeconds * 1_000,
        maxChars: maxRedisChars,
        now,
        log,
      })
    : createMemoryStore(maxCacheBytes)
  return createResponseCache({ store, namespace, now })
}
