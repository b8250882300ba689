import type { Log } from '@tikitu/kit/base/log'
import { createMemoryStore } from './memory-store.ts'
import { createRedisStore } from './redis-store.ts'
import { createResponseCache, maxTtlSeconds, type ResponseCache } from './response-cache.ts'

export interface ResponseCacheSettings {
  /** How many bytes of public responses a gateway caches in memory. With 0 nothing is cached, in Redis neither. */
  maxCacheBytes: number
  /** A Redis that all gateways share, used instead of memory. */
  cacheRedis?: { url: string; timeoutMs: number } | null
  log: Log
}

/** Longer entries are not worth the way to Redis. */
const maxRedisChars = 1_000_000

/** Creates the response cache that the settings ask for; null when nothing is to be cached. */
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
