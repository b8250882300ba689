import { expect, test } from 'vitest'
import { newCachePolicy } from '../request/cache-policy.ts'
import type { GatewayContext } from '../request/context.ts'
import { createLastWrites } from './last-writes.ts'
import { createMemoryStore } from './memory-store.ts'
import { createPublicOperations } from './public-operations.ts'
import { createResponseCache } from './response-cache.ts'

function callerOf(userId: string | null): GatewayContext {
  const viewer = userId ? { kind: 'user' as const, userId, email: null, groups: [] } : { kind: 'anonymous' as const }
  return { viewer, requestId: 'r', address: '', forwarded: {}, cache: newCachePolicy() }
}

const anybody = callerOf(null)
const ada = callerOf('ada')

function cacheAt() {
  const clock = { now: 1_000_000 }
  const now = () => clock.now
  return {
    clock,
    responseCache: createResponseCache({ store: createMemoryStore(1_000_000), namespace: () => 'graph', now }),
  }
}

test('serves an entry until it expires, and tells the client its remaining lifetime', async () => {
  const { clock, responseCache } = cacheAt()
  const first = await responseCache.get(['a', 'b'], anybody)
  expect([first.found, first.missing]).toEqual([
    [undefined, undefined],
    [0, 1],
  ])
  first.put(['A', 'B'], 10)
  clock.now += 9_999
  const { found, missing } = await responseCache.get(['b', 'c'], ada)
  expect([(await found[0])?.text, missing]).toEqual(['B', [1]])
  const caller = callerOf('bob')
  responseCache.restrictPolicy(caller, (await found[0]) as never)
  expect(caller.cache).toMatchObject({ maxAgeSeconds: 0, isPublic: true })
  clock.now += 1
  expect((await responseCache.get(['b'], anybody)).missing).toEqual([0])
})

test('keeps no entry for longer than five minutes', async () => {
  const { clock, responseCache } = cacheAt()
  responseCache.set(['a'], ['A'], { requestedAt: clock.now, maxAgeSeconds: 86_400 })
  clock.now += 299_000
  expect((await responseCache.get(['a'], anybody)).missing).toEqual([])
  clock.now += 1_000
  expect((await responseCache.get(['a'], anybody)).missing).toEqual([0])
})

test('a caller who made a change is not served an entry requested before it, even one that arrives later', async () => {
  const { clock, responseCache } = cacheAt()
  const before = await responseCache.get(['a'], anybody)
  clock.now += 10
  await responseCache.recordWrite(ada)
  const after = await responseCache.get(['a'], ada)
  expect(after.missing).toEqual([0])
  const other = await responseCache.get(['a'], callerOf('bob'))
  expect(other.missing).toEqual([])
  before.put(['old'], 60)
  expect((await responseCache.get(['a'], ada)).missing).toEqual([0])
  clock.now += 10
  after.put(['new'], 60)
  responseCache.set(['a'], ['new'], { requestedAt: clock.now, maxAgeSeconds: 60 })
  expect((await (await responseCache.get(['a'], ada)).found[0])?.text).toBe('new')
})

test('with too many callers to remember, unknown callers count as the oldest', () => {
  const clock = { now: 1 }
  const changes = createLastWrites({ keptMs: 1_000_000, now: () => clock.now })
  for (let i = 0; i < 100_001; i++) {
    clock.now = i + 1
    changes.record(`user ${i}`)
  }
  expect([changes.lastOf('user 0'), changes.lastOf('user 1'), changes.lastOf('nobody')]).toEqual([1, 2, 1])
  clock.now = 2_000_000
  changes.record('user 5')
  expect([changes.lastOf('user 5'), changes.lastOf('user 7')]).toEqual([2_000_000, 1])
})

test('an operation is looked up once it was public, until it was private eight times in a row', () => {
  const operations = createPublicOperations()
  const body = (id: number) => `{"query":"query($id:ID!){event(id:$id){title}}","variables":{"id":${id}}}`
  expect(operations.has(body(1))).toBe(false)
  operations.learn(body(1), false)
  expect(operations.has(body(1))).toBe(false)
  operations.learn(body(1), true)
  for (let i = 0; i < 7; i++) operations.learn(body(i), false)
  expect(operations.has(body(9))).toBe(true)
  operations.learn(body(1), false)
  expect(operations.has(body(9))).toBe(false)
  for (let i = 0; i < 2_001; i++) operations.learn(`{"query":"{ a${i} }","variables":{}}`, true)
  expect([
    operations.has('{"query":"{ a0 }","variables":{}}'),
    operations.has('{"query":"{ a2000 }","variables":{}}'),
  ]).toEqual([false, true])
})
