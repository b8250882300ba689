import { expect, test } from 'vitest'
import { createMemoryStore } from './memory-store.ts'

const entry = (text: string) => ({ text, requestedAt: 1, expiresAt: 2 })

test('holds no more than it may, and forgets what was not used for longest', async () => {
  const store = createMemoryStore(10_000)
  for (let i = 0; i < 100; i++) {
    store.set([[`key ${i}`, entry('x'.repeat(500))]])
    await store.get(['key 0'], null)
    expect(store.bytes()).toBeLessThanOrEqual(10_000)
  }
  const { kept } = await store.get(['key 0', 'key 1', 'key 99'], null)
  expect(kept.map((one) => one?.text.length)).toEqual([500, undefined, 500])
})

test('does not empty itself for one that is too large, and counts what is replaced once', async () => {
  const store = createMemoryStore(10_000)
  for (let i = 0; i < 50; i++) store.set([['key', entry('x'.repeat(500))]])
  const before = store.bytes()
  store.set([['large', entry('x'.repeat(2_000))]])
  const { kept } = await store.get(['key', 'large'], null)
  expect([kept[0]?.text.length, kept[1], store.bytes()]).toEqual([500, undefined, before])
})
