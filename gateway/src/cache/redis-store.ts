import type { Log } from '@tikitu/kit/base/log'
import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel'
import { connectRedis } from '../lib/connect-redis.ts'
import { hashOf } from '../operations/read-manifest.ts'
import type { CacheEntry, CacheLookup, CacheStore } from './cache-store.ts'

export interface RedisStoreOptions {
  url: string
  prefix: string
  /** How long an answer is waited for: whoever asks Redis could have asked the subgraph. */
  timeoutMs: number
  /** For how long a change is remembered: as long as an answer may be kept. */
  changeMs: number
  /** An entry with more characters is not kept. */
  maxChars: number
  now: () => number
  log: Log
}

const failuresToBreak = 5
const breakMs = 1_000
/** What is never answered is given up, so that it does not pile up. */
const giveUpMs = 1_000
/** As far as the clocks of two gateways may differ. */
const skewMs = 1_000

/**
 * Keeps answers in a Redis that all gateways share. While it is away or slow nothing is kept: it is waited for briefly, and left alone
 * for a second when it fails five times on end. How much it holds is for its own `maxmemory` to say; every entry has an end.
 */
export function createRedisStore(options: RedisStoreOptions): CacheStore {
  const { url, log, prefix, timeoutMs, changeMs, maxChars, now } = options
  const outage = 'no answers are kept'
  const redis = connectRedis({ url, log, outage, maxRetriesPerRequest: 0, commandTimeout: giveUpMs })
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: breakMs,
    breaker: new ConsecutiveBreaker(failuresToBreak),
  })
  const ask = async <T>(command: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await breaker.execute(() => within(command(), timeoutMs))
    } catch {
      return otherwise
    }
  }
  const nameOf = (key: string): string => `${prefix}:kept:${hashOf(key)}`
  const changeOf = (caller: string): string => `${prefix}:changed:${hashOf(caller)}`
  return {
    get: async (keys, caller) => {
      const names = [...(caller === null ? [] : [changeOf(caller)]), ...keys.map(nameOf)]
      const values = await ask(() => redis.mget(names), null)
      if (!values) return { kept: keys.map(() => undefined), lastWriteAt: 0 }
      return readLooked(caller === null ? [null, ...values] : values)
    },
    set: (entries) => {
      const fitting = entries.filter(([, { text }]) => text.length <= maxChars)
      if (fitting.length === 0) return
      const pipeline = redis.pipeline()
      for (const [key, kept] of fitting)
        pipeline.set(nameOf(key), textOf(kept), 'PX', Math.max(1, kept.expiresAt - now()))
      void ask(() => pipeline.exec(), null)
    },
    recordWrite: async (caller, at) => void (await ask(() => redis.set(changeOf(caller), at, 'PX', changeMs), null)),
    close: () => redis.disconnect(),
  }
}

/** First the moment of the caller's last change, then what is kept. */
function readLooked([changed, ...values]: readonly (string | null)[]): CacheLookup {
  return { lastWriteAt: changed ? Number(changed) + skewMs : 0, kept: values.map(readKept) }
}

function textOf({ requestedAt, expiresAt, text }: CacheEntry): string {
  return `${requestedAt} ${expiresAt} ${text}`
}

function readKept(value: string | null): CacheEntry | undefined {
  const parts = value === null ? null : /^(\d+) (\d+) /.exec(value)
  return parts
    ? { requestedAt: Number(parts[1]), expiresAt: Number(parts[2]), text: value?.slice(parts[0].length) ?? '' }
    : undefined
}

/** A timer is late in a busy process, and the answer may have come already: it is looked for once more. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new Error('Redis is slow'))), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
