import { LRUCache } from 'lru-cache'
import type { CacheEntry, CacheStore } from './cache-store.ts'

export interface MemoryStore extends CacheStore {
  /** An upper estimate of the bytes in use. */
  bytes: () => number
}

/** The size of an entry besides its text and key. */
const overheadBytes = 120

/** Stores at most `maxBytes` in this process, and no entry of more than a quarter of that. Evicts the least recently used entries. */
export function createMemoryStore(maxBytes: number): MemoryStore {
  const entries = new LRUCache<string, CacheEntry>({
    maxSize: maxBytes,
    maxEntrySize: Math.max(1, Math.floor(maxBytes / 4)),
    sizeCalculation: (entry, key) => sizeOf(key, entry),
  })
  return {
    get: (keys) => ({ lastWriteAt: 0, entries: keys.map((key) => entries.get(key)) }),
    set: (added) => {
      for (const [key, entry] of added) entries.set(key, entry)
    },
    recordWrite: () => undefined,
    close: () => entries.clear(),
    bytes: () => entries.calculatedSize,
  }
}

/** A string takes up to two bytes for each character. */
function sizeOf(key: string, { text }: CacheEntry): number {
  return 2 * (key.length + text.length) + overheadBytes
}
