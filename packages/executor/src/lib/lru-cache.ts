/** A cache that forgets what was not used for longest. */
export interface RecentCache<T> {
  get: (key: string) => T | undefined
  set: (key: string, value: T) => void
  size: () => number
}

/** Keeps at most so many values, and of their keys at most so many characters in all. */
export function createRecentCache<T>(limits: { maxCount: number; maxKeyChars: number }): RecentCache<T> {
  const values = new Map<string, T>()
  let chars = 0
  const remove = (key: string): void => {
    if (values.delete(key)) chars -= key.length
  }
  return {
    size: () => values.size,
    get: (key) => {
      const value = values.get(key)
      // While there is room nothing will be forgotten, so the order need not be kept.
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
