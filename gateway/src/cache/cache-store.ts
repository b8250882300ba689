/** A response, or one entity of it, that is the same for everybody. */
export interface CacheEntry {
  /** As JSON. */
  text: string
  /** When it was requested, in milliseconds since 1970: later changes are not in it. */
  requestedAt: number
  /** When it expires, in milliseconds since 1970. */
  expiresAt: number
}

/** The result of a lookup. */
export interface CacheLookup {
  /** The entry of each key, in the order of the keys. Entries may have expired. */
  entries: readonly (CacheEntry | undefined)[]
  /** When the caller last made a change, as far as other gateways have recorded it; 0 when they have not. */
  lastWriteAt: number
}

/** Stores cache entries. A store that cannot be reached behaves as if it were empty. */
export interface CacheStore {
  /** Never rejects. `caller` is null when nobody is signed in. */
  get: (keys: readonly string[], caller: string | null) => CacheLookup | Promise<CacheLookup>
  set: (entries: readonly (readonly [key: string, entry: CacheEntry])[]) => void
  /** Tells other gateways that the caller has made a change. Never rejects. */
  recordWrite: (caller: string, at: number) => Promise<void> | undefined
  close: () => void
}
