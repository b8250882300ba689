import type { Log } from '@tikitu/kit/base/log'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { connectRedis } from '../lib/connect-redis.ts'

/** So many points in so many seconds. */
export interface Rate {
  points: number
  seconds: number
}

/** Takes points of a key: the seconds to wait when there are not enough, else 0. */
export interface Take {
  (key: string, points: number): Promise<number>
  /** Gives points back that were taken for nothing, or, below 0, takes what is still owed. Nobody waits for it, and it never fails. */
  giveBack: (key: string, points: number) => void
}

export interface RateStore {
  rate: (name: string, rate: Rate) => Take
  close: () => void
}

export interface RateStoreOptions {
  /** Shared by all gateways; without one each counts by itself. */
  redisUrl: string | null
  prefix: string
  log: Log
}

/** Counts in Redis, or in memory. While Redis does not answer, each gateway counts by itself. */
export function createRateStore({ redisUrl, prefix, log }: RateStoreOptions): RateStore {
  const outage = 'rates are counted by each gateway itself'
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
        done.catch((error: unknown) => log.warn({ err: error, rate: name }, 'points could not be given back'))
      }
      return Object.assign(take, { giveBack })
    },
    close: () => {
      if (redis) redis.disconnect()
    },
  }
}
