import { LRUCache } from 'lru-cache'
import type { CacheEntry, CacheStore } from './cache-store.ts'

export interface MemoryStore extends CacheStore {
  /** What is held, in bytes, estimated from above. */
  bytes: () => number
}

/** What an entry takes besides its text and key. */
const overheadBytes = 120

/** Keeps at most so many bytes in this process, and no entry of more than a quarter of them. What was not used for longest goes first. */
export function createMemoryStore(maxBytes: number): MemoryStore {
  const entries = new LRUCache<string, CacheEntry>({
    maxSize: maxBytes,
    maxEntrySize: Math.max(1, Math.floor(maxBytes / 4)),
    sizeCalculation: (entry, key) => sizeOf(key, entry),
  })
  return {
    get: (keys) => ({ lastWriteAt: 0, kept: keys.map((key) => entries.get(key)) }),
    set: (added) => {
      for (const [key, entry] of added) entries.set(key, entry)
    },
    recordWrite: () => undefined,
    close: () => entries.clear(),
    bytes: () => entries.calculatedSize,
  }
}

/** Two bytes for each character, as a string may need them. */
function sizeOf(key: string, { text }: CacheEntry): number {
  return 2 * (key.length + text.length) + overheadBytes
}
