import type { Log } from '@tikitu/kit/base/log'
import { createMemoryStore } from './memory-store.ts'
import { createRedisStore } from './redis-store.ts'
import { createShelf, maxTtlSeconds, type ResponseCache } from './response-cache.ts'

export interface ShelfSettings {
  /** How much of what subgraphs call public a gateway keeps in its memory. With 0 nothing is kept, in Redis neither. */
  maxKeptBytes: number
  /** A Redis that all gateways keep answers in instead. */
  keptRedis?: { url: string; budgetMs: number } | null
  log: Log
}

/** An answer that is longer is not worth the way to Redis. */
const maxRedisChars = 1_000_000

/** The shelf that the settings ask for; null when nothing is to be kept. */
export function openShelf(
  { maxKeptBytes, keptRedis, log }: ShelfSettings,
  namespace: () => string,
): ResponseCache | null {
  if (maxKeptBytes === 0) return null
  const now = Date.now
  const store = keptRedis
    ? createRedisStore({
        ...keptRedis,
        prefix: 'tikitu:gateway',
        changeMs: maxTtlSeconds * 1_000,
        maxChars: maxRedisChars,
        now,
        log,
      })
    : createMemoryStore(maxKeptBytes)
  return createShelf({ store, namespace, now })
}
