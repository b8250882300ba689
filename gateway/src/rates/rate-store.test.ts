import { createLog } from '@tikitu/kit/base/log'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { findTestRedis, needsRedis } from '../../test/test-redis.ts'
import { createRateStore } from './rate-store.ts'

const testRedis = await findTestRedis()
const { url, prefix } = testRedis
const log = createLog('rates', 'silent')

afterAll(testRedis.close)

function storeAt(redisUrl: string | null) {
  const store = createRateStore({ redisUrl, prefix, log })
  onTestFinished(store.close)
  return store
}

test('takes points while there are some, then returns the seconds to wait', async () => {
  const take = storeAt(null).rate('memory', { points: 3, seconds: 60 })
  expect(await take('ada', 2)).toBe(0)
  expect(await take('ada', 1)).toBe(0)
  expect(await take('ada', 1)).toBeGreaterThan(55)
  expect(await take('bob', 3)).toBe(0)
})

test('refunds points, and charges negative refunds', async () => {
  const take = storeAt(null).rate('back', { points: 10, seconds: 60 })
  expect(await take('ada', 10)).toBe(0)
  take.giveBack('ada', 4)
  expect(await take('ada', 4)).toBe(0)
  take.giveBack('bob', -10)
  expect(await take('bob', 1)).toBeGreaterThan(55)
})

test.skipIf(!testRedis.isUp)(`gateways share their counts in Redis ${needsRedis}`, async () => {
  const [one, two] = [storeAt(url), storeAt(url)].map((store) => store.rate('shared', { points: 20, seconds: 60 }))
  if (!one || !two) throw new Error('two stores were made')
  await untilShared(one)
  const waits = await Promise.all(Array.from({ length: 30 }, (_, i) => (i % 2 ? one : two)('ada', 1)))
  expect(waits.filter((wait) => wait === 0)).toHaveLength(20)
  expect(await testRedis.client.get(`${prefix}:shared:ada`)).toBe('30')
  two.giveBack('ada', 12)
  await expect.poll(() => testRedis.client.get(`${prefix}:shared:ada`)).toBe('18')
  expect(await one('ada', 2)).toBe(0)
})

test('while Redis is down, each gateway counts by itself', async () => {
  const take = storeAt('redis://127.0.0.1:1').rate('alone', { points: 2, seconds: 60 })
  expect([await take('ada', 1), await take('ada', 1)]).toEqual([0, 0])
  expect(await take('ada', 1)).toBeGreaterThan(55)
})

/** The connection is made in the background; earlier points were taken in memory. */
async function untilShared(take: (key: string, points: number) => Promise<number>): Promise<void> {
  await expect
    .poll(async () => {
      await take('probe', 1)
      return await testRedis.client.exists(`${prefix}:shared:probe`)
    })
    .toBe(1)
}
