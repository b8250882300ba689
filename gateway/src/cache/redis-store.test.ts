import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createLog } from '@tikitu/kit/base/log'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { findTestRedis, needsRedis } from '../../test/test-redis.ts'
import { createRedisStore, type RedisStoreOptions } from './redis-store.ts'

const testRedis = await findTestRedis()
const { url, prefix } = testRedis

afterAll(testRedis.close)

function open(options: Partial<RedisStoreOptions> = {}) {
  const log = createLog('cache', 'silent')
  const store = createRedisStore({
    ...{ url, prefix, timeoutMs: 500, changeMs: 60_000, maxChars: 1_000, now: Date.now, log },
    ...options,
  })
  onTestFinished(store.close)
  return store
}

const entry = (text: string, ms = 60_000) => ({ text, requestedAt: Date.now(), expiresAt: Date.now() + ms })
const lookFor = async (store: ReturnType<typeof open>, key: string) => (await store.get([key], null)).entries[0]?.text

test.skipIf(!testRedis.isUp)(`gateways share entries ${needsRedis}`, async () => {
  const [one, two] = [open(), open()]
  const hamlet = entry('{"title":"Hamlet 🎭 1 2"}')
  await expect
    .poll(async () => {
      one.set([['a', hamlet]])
      return await lookFor(two, 'a')
    })
    .toBe(hamlet.text)
  const looked = await two.get(['none', 'a'], 'ada')
  expect(looked).toEqual({ lastWriteAt: 0, entries: [undefined, hamlet] })
})

test.skipIf(!testRedis.isUp)(`entries expire, and one that is too long is not stored ${needsRedis}`, async () => {
  const store = open()
  await expect
    .poll(async () => {
      store.set([
        ['brief', entry('brief', 30)],
        ['long', entry('x'.repeat(1_001))],
        ['last', entry('last')],
      ])
      return await lookFor(store, 'last')
    })
    .toBe('last')
  expect(await lookFor(store, 'long')).toBeUndefined()
  await expect.poll(() => lookFor(store, 'brief')).toBeUndefined()
  for (const key of await testRedis.client.keys(`${prefix}:entry:*`))
    expect(await testRedis.client.pttl(key)).toBeGreaterThan(0)
})

test.skipIf(!testRedis.isUp)(`one gateway learns of a change that was made at another ${needsRedis}`, async () => {
  const [one, two] = [open(), open()]
  const at = Date.now()
  await expect
    .poll(async () => {
      await one.recordWrite('ada', at)
      return (await two.get(['a'], 'ada')).lastWriteAt
    })
    .toBe(at + 1_000)
  expect((await two.get(['a'], 'bob')).lastWriteAt).toBe(0)
})

test('while Redis is away nothing is stored, and lookups do not wait for it', async () => {
  const store = open({ url: 'redis://127.0.0.1:1' })
  const started = performance.now()
  for (let i = 0; i < 50; i++) {
    store.set([['a', entry('a')]])
    await store.recordWrite('ada', 1)
    expect(await store.get(['a', 'b'], 'ada')).toEqual({ entries: [undefined, undefined], lastWriteAt: 0 })
  }
  expect(performance.now() - started).toBeLessThan(400)
})

test.skipIf(!testRedis.isUp)(
  `a slow Redis is waited for five times, each a moment, then left alone, then used again ${needsRedis}`,
  async () => {
    const between = await startBetween()
    const store = open({ url: between.url, timeoutMs: 20 })
    await expect
      .poll(async () => {
        store.set([['a', entry('a')]])
        return await lookFor(store, 'a')
      })
      .toBe('a')
    between.hold()
    const started = performance.now()
    for (let i = 0; i < 500; i++) expect(await lookFor(store, 'a')).toBeUndefined()
    const ms = performance.now() - started
    expect([ms > 80, ms < 900]).toEqual([true, true])
    between.release()
    await expect.poll(() => lookFor(store, 'a'), { timeout: 5_000 }).toBe('a')
  },
)

/** A proxy to Redis that can delay responses. */
async function startBetween() {
  const { hostname, port } = new URL(url)
  const sockets: Socket[] = []
  const answers: Socket[] = []
  const server = createServer((socket) => {
    const upstream = connect(Number(port || 6379), hostname)
    sockets.push(socket, upstream)
    answers.push(upstream)
    socket.pipe(upstream).pipe(socket)
    for (const one of [socket, upstream]) one.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => {
      for (const socket of answers) socket.pause()
    },
    release: () => {
      for (const socket of answers) socket.resume()
    },
  }
}
