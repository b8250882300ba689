import type { Log } from '@tikitu/kit/base/log'
import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel'
import { connectRedis } from '../lib/connect-redis.ts'
import { hashOf } from '../operations/read-manifest.ts'
import type { CacheEntry, CacheLookup, CacheStore } from './cache-store.ts'

export interface RedisStoreOptions {
  url: string
  prefix: string
  /** How long to wait for Redis. After that the subgraph is the faster source. */
  timeoutMs: number
  /** How long a caller's change is remembered: as long as an entry may live. */
  changeMs: number
  /** Entries with more characters are not stored. */
  maxChars: number
  now: () => number
  log: Log
}

const failuresToBreak = 5
const breakMs = 1_000
/** Commands that are never answered time out, so that they do not pile up. */
const giveUpMs = 1_000
/** How far the clocks of two gateways may differ. */
const skewMs = 1_000

/**
 * Stores entries in a Redis that all gateways share. Lookups wait for it only briefly, and five failures in a row open a circuit for a
 * second; nothing is cached meanwhile. Every entry expires, and Redis itself limits the memory (`maxmemory`).
 */
export function createRedisStore(options: RedisStoreOptions): CacheStore {
  const { url, log, prefix, timeoutMs, changeMs, maxChars, now } = options
  const outage = 'no responses are cached'
  const redis = connectRedis({ url, log, outage, maxRetriesPerRequest: 0, commandTimeout: giveUpMs })
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: breakMs,
    breaker: new ConsecutiveBreaker(failuresToBreak),
  })
  const run = async <T>(command: () => Promise<T>, fallback: T): Promise<T> => {
    try {
      return await breaker.execute(() => within(command(), timeoutMs))
    } catch {
      return fallback
    }
  }
  const keyOf = (key: string): string => `${prefix}:entry:${hashOf(key)}`
  const lastWriteKeyOf = (caller: string): string => `${prefix}:write:${hashOf(caller)}`
  return {
    get: async (keys, caller) => {
      const names = [...(caller === null ? [] : [lastWriteKeyOf(caller)]), ...keys.map(keyOf)]
      const values = await run(() => redis.mget(names), null)
      if (!values) return { entries: keys.map(() => undefined), lastWriteAt: 0 }
      return readLookup(caller === null ? [null, ...values] : values)
    },
    set: (entries) => {
      const fitting = entries.filter(([, { text }]) => text.length <= maxChars)
      if (fitting.length === 0) return
      const pipeline = redis.pipeline()
      for (const [key, entry] of fitting)
        pipeline.set(keyOf(key), textOf(entry), 'PX', Math.max(1, entry.expiresAt - now()))
      void run(() => pipeline.exec(), null)
    },
    recordWrite: async (caller, at) =>
      void (await run(() => redis.set(lastWriteKeyOf(caller), at, 'PX', changeMs), null)),
    close: () => redis.disconnect(),
  }
}

/** The first value is the time of the caller's last change, the others are entries. */
function readLookup([lastWrite, ...values]: readonly (string | null)[]): CacheLookup {
  return { lastWriteAt: lastWrite ? Number(lastWrite) + skewMs : 0, entries: values.map(readEntry) }
}

function textOf({ requestedAt, expiresAt, text }: CacheEntry): string {
  return `${requestedAt} ${expiresAt} ${text}`
}

function readEntry(value: string | null): CacheEntry | undefined {
  const parts = value === null ? null : /^(\d+) (\d+) /.exec(value)
  return parts
    ? { requestedAt: Number(parts[1]), expiresAt: Number(parts[2]), text: value?.slice(parts[0].length) ?? '' }
    : undefined
}

/** Timers fire late in a busy process, when the answer may be there already: one more turn of the loop reads it. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new Error('Redis is slow'))), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
