/** Values by key, of which those that were not used for longest are forgotten. */
export interface Recent<K, V> {
  get: (key: K) => V | undefined
  set: (key: K, value: V) => void
}

/** Keeps at most so many values. */
export function createRecent<K, V>(most: number): Recent<K, V> {
  const values = new Map<K, V>()
  return {
    get(key) {
      const value = values.get(key)
      // While there is room nothing will be forgotten, so the order need not be kept.
      if (value === undefined || values.size < most / 2) return value
      values.delete(key)
      values.set(key, value)
      return value
    },
    set(key, value) {
      values.delete(key)
      values.set(key, value)
      if (values.size > most) for (const oldest of values.keys()) return void values.delete(oldest)
    },
  }
}
