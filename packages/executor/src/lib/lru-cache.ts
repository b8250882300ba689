/** A cache that evicts the least recently used entries. */
export interface LruCache<T> {
  get: (key: string) => T | undefined
  set: (key: string, value: T) => void
  size: () => number
}

/** Limits the number of entries and the total length of their keys. */
export function createLruCache<T>(limits: { maxCount: number; maxKeyChars: number }): LruCache<T> {
  const values = new Map<string, T>()
  let chars = 0
  const remove = (key: string): void => {
    if (values.delete(key)) chars -= key.length
  }
  return {
    size: () => values.size,
    get: (key) => {
      const value = values.get(key)
      // Nothing is evicted while the cache is less than half full, so the order does not matter yet.
      if (value === undefined || values.size < limits.maxCount / 2) return value
      values.delete(key)
      values.set(key, value)
      return value
    },
    set: (key, value) => {
      remove(key)
      values.set(key, value)
      chars += key.length
      for (const oldest of values.keys()) {
        if (values.size <= limits.maxCount && chars <= limits.maxKeyChars) return
        remove(oldest)
      }
    },
  }
}
