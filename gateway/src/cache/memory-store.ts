import type { CacheEntry, CacheStore } from './cache-store.ts'

export interface MemoryStore extends CacheStore {
  /** What is held, in bytes, estimated from above. */
  bytes: () => number
}

/** What an entry takes besides its text and key. */
const overheadBytes = 120

/** Keeps at most so many bytes in this process; what was not used for longest goes first. */
export function createMemoryStore(maxBytes: number): MemoryStore {
  const entries = new Map<string, CacheEntry>()
  let bytes = 0
  const remove = (key: string, kept: CacheEntry): void => {
    entries.delete(key)
    bytes -= sizeOf(key, kept)
  }
  const put = (key: string, kept: CacheEntry): void => {
    const before = entries.get(key)
    if (before) remove(key, before)
    if (sizeOf(key, kept) > maxBytes / 4) return
    entries.set(key, kept)
    bytes += sizeOf(key, kept)
  }
  return {
    get: (keys) => ({
      lastWriteAt: 0,
      kept: keys.map((key) => {
        const kept = entries.get(key)
        if (!kept) return undefined
        entries.delete(key)
        entries.set(key, kept)
        return kept
      }),
    }),
    set: (added) => {
      for (const [key, kept] of added) put(key, kept)
      for (const [key, kept] of entries) {
        if (bytes <= maxBytes) return
        remove(key, kept)
      }
    },
    recordWrite: () => undefined,
    close: () => entries.clear(),
    bytes: () => bytes,
  }
}

/** Two bytes for each character, as a string may need them. */
function sizeOf(key: string, { text }: CacheEntry): number {
  return 2 * (key.length + text.length) + overheadBytes
}
