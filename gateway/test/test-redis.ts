import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'

/** The Redis of the tests: at REDIS_URL, or on its usual port of this machine. */
export interface TestRedis {
  url: string
  /** Tests that need it are skipped when it does not run. */
  isUp: boolean
  /** A prefix for the keys of one test file. */
  prefix: string
  client: Redis
  /** Deletes the keys with the prefix. */
  close: () => Promise<void>
}

/** For the title of a test that needs it. */
export const needsRedis = '(needs a Redis at REDIS_URL or 127.0.0.1:6379)'

/** Looks whether a Redis runs. */
export async function findTestRedis(): Promise<TestRedis> {
  const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
  const prefix = `tikitu-test:${randomUUID()}`
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  client.on('error', () => undefined)
  const isUp = await client.ping().then(
    () => true,
    () => false,
  )
  const close = async (): Promise<void> => {
    const keys = isUp ? await client.keys(`${prefix}*`) : []
    if (keys.length > 0) await client.del(keys)
    client.disconnect()
  }
  return { url, isUp, prefix, client, close }
}
