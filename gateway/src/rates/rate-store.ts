import type { Log } from '@tikitu/kit/base/log'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { connectRedis } from '../lib/connect-redis.ts'

/** A budget of points per number of seconds. */
export interface Rate {
  points: number
  seconds: number
}

/** Takes points from a key's budget. Resolves to the seconds to wait when there are too few, else 0. */
export interface Take {
  (key: string, points: number): Promise<number>
  /** Refunds points, or takes further ones when negative. It does not wait and never fails. */
  giveBack: (key: string, points: number) => void
}

export interface RateStore {
  rate: (name: string, rate: Rate) => Take
  close: () => void
}

export interface RateStoreOptions {
  /** Shared by all gateways. Absent: each gateway counts by itself. */
  redisUrl: string | null
  prefix: string
  log: Log
}

/** Counts in Redis or in memory. While Redis is down, each gateway counts by itself. */
export function createRateStore({ redisUrl, prefix, log }: RateStoreOptions): RateStore {
  const outage = 'each gateway counts rates by itself'
  const redis = redisUrl && connectRedis({ url: redisUrl, outage, log, maxRetriesPerRequest: 1, commandTimeout: 500 })
  return {
    rate: (name, { points, seconds }) => {
      const own = { keyPrefix: `${prefix}:${name}`, points, duration: seconds }
      const memory = new RateLimiterMemory(own)
      const limiter = redis ? new RateLimiterRedis({ ...own, storeClient: redis, insuranceLimiter: memory }) : memory
      const take = async (key: string, wanted: number): Promise<number> => {
        try {
          await limiter.consume(key, Math.min(wanted, points))
          return 0
        } catch (refusal) {
          if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
          throw refusal
        }
      }
      const giveBack: Take['giveBack'] = (key, given) => {
        const done = given < 0 ? take(key, -given) : limiter.reward(key, Math.min(given, points - 1))
        done.catch((error: unknown) => log.warn({ err: error, rate: name }, 'points could not be refunded'))
      }
      return Object.assign(take, { giveBack })
    },
    close: () => {
      if (redis) redis.disconnect()
    },
  }
}
