import type { Log } from '@tikitu/kit/base/log'
import { Redis, type RedisOptions } from 'ioredis'

export interface RedisConnection extends Required<Pick<RedisOptions, 'maxRetriesPerRequest' | 'commandTimeout'>> {
  url: string
  /** The consequence of an outage of Redis, for the log. */
  outage: string
  log: Log
}

/** Connects to a Redis that may be down. Meanwhile commands fail at once, and each outage is logged once. */
export function connectRedis({ url, outage, log, ...limits }: RedisConnection): Redis {
  const redis = new Redis(url, { enableOfflineQueue: false, ...limits })
  let isDown = false
  redis.on('error', (error) => {
    if (!isDown) log.error({ err: error }, `Redis does not answer: ${outage}`)
    isDown = true
  })
  redis.on('ready', () => {
    isDown = false
  })
  return redis
}
