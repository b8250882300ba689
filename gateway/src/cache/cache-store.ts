/** An answer, or a part of one, that is the same for everybody. */
export interface CacheEntry {
  /** As JSON. */
  text: string
  /** When it was asked for, in milliseconds: what changed later is not in it. */
  requestedAt: number
  /** When it is too old. */
  expiresAt: number
}

/** What a store has for some keys. */
export interface CacheLookup {
  /** At each key's place what is kept by it. It may be too old. */
  kept: readonly (CacheEntry | undefined)[]
  /** When the caller last changed something, as far as other gateways told; 0 when they did not. */
  lastWriteAt: number
}

/** Where answers are kept. One that cannot be reached is one that has nothing. */
export interface CacheStore {
  /** Never fails. `caller` is null for whoever cannot change anything. */
  get: (keys: readonly string[], caller: string | null) => CacheLookup | Promise<CacheLookup>
  set: (entries: readonly (readonly [key: string, kept: CacheEntry])[]) => void
  /** Tells other gateways that the caller has changed something. Never fails. */
  recordWrite: (caller: string, at: number) => Promise<void> | undefined
  close: () => void
}
