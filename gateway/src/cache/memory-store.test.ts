import { expect, test } from 'vitest'
import { createMemoryStore } from './memory-store.ts'

const entry = (text: string) => ({ text, requestedAt: 1, expiresAt: 2 })

test('stays below its limit, and evicts the least recently used entries', async () => {
  const store = createMemoryStore(10_000)
  for (let i = 0; i < 100; i++) {
    store.set([[`key ${i}`, entry('x'.repeat(500))]])
    await store.get(['key 0'], null)
    expect(store.bytes()).toBeLessThanOrEqual(10_000)
  }
  const { entries } = await store.get(['key 0', 'key 1', 'key 99'], null)
  expect(entries.map((one) => one?.text.length)).toEqual([500, undefined, 500])
})

test('rejects an entry that is too large without evicting others, and counts a replaced entry once', async () => {
  const store = createMemoryStore(10_000)
  for (let i = 0; i < 50; i++) store.set([['key', entry('x'.repeat(500))]])
  const before = store.bytes()
  store.set([['large', entry('x'.repeat(2_000))]])
  const { entries } = await store.get(['key', 'large'], null)
  expect([entries[0]?.text.length, entries[1], store.bytes()]).toEqual([500, undefined, before])
})
