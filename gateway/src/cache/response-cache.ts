import { restrict } from '../request/cache-policy.ts'
import type { GatewayContext } from '../request/context.ts'
import type { CacheEntry, CacheStore } from './cache-store.ts'
import { createLastWrites } from './last-writes.ts'

export interface ResponseCacheOptions {
  store: CacheStore
  /** Differs for every supergraph, so that no entry of one is used for another. */
  namespace: () => string
  now: () => number
}

/** The result of a lookup, and what the caller has to fetch. */
export interface CacheRead {
  /** For each key its entry, a promise of the entry that another request is fetching, or undefined. */
  found: readonly (CacheEntry | Promise<CacheEntry | null> | undefined)[]
  /** The indexes of the keys that the caller has to fetch. Other requests may wait for them until `put` is called. */
  missing: readonly number[]
  /** Stores the texts fetched for `missing`, in its order, or ends the waiting with null when they may not be cached. */
  put: (texts: readonly string[] | null, maxAgeSeconds: number) => void
}

/** Caches responses and entities that are the same for everybody. */
export interface ResponseCache {
  /** The key of a part for the supergraph in use and the caller's language. */
  keyOf: (part: string, context: GatewayContext) => string
  /** Whether the request may be answered from the cache. A request that has made a change may not. */
  mayRead: (context: GatewayContext) => boolean
  get: (keys: readonly string[], context: GatewayContext) => Promise<CacheRead>
  /** Stores texts that no other request waits for. */
  set: (
    keys: readonly string[],
    texts: readonly string[],
    times: { requestedAt: number; maxAgeSeconds: number },
  ) => void
  /** Restricts the cache policy of the client's response to the remaining lifetime of an entry. */
  restrictPolicy: (context: GatewayContext, entry: CacheEntry) => void
  /** Records that the caller has made a change. They are not given entries requested before it. */
  recordWrite: (context: GatewayContext) => Promise<void>
  now: () => number
  close: () => void
}

interface InFlightRead {
  requestedAt: number
  entry: Promise<CacheEntry | null>
}

/** No entry lives longer, whatever its subgraph says. */
export const maxTtlSeconds = 300

/**
 * Creates a response cache over a store. When several requests miss the same key at once, one of them fetches and the others wait; if the
 * response turns out not to be public, the others fetch it themselves.
 */
export function createResponseCache({ store, namespace, now }: ResponseCacheOptions): ResponseCache {
  const inFlight = new Map<string, InFlightRead>()
  const lastWrites = createLastWrites({ keptMs: maxTtlSeconds * 1_000, now })
  const set: ResponseCache['set'] = (keys, texts, { requestedAt, maxAgeSeconds }) => {
    const expiresAt = now() + Math.min(maxAgeSeconds, maxTtlSeconds) * 1_000
    store.set(texts.map((text, index) => [keys[index] ?? '', { text, requestedAt, expiresAt }] as const))
  }
  const get: ResponseCache['get'] = async (keys, context) => {
    const caller = callerOf(context)
    const lookup = await store.get(keys, caller)
    const requestedAt = now()
    const since = Math.max(lookup.lastWriteAt, caller === null ? 0 : lastWrites.lastOf(caller))
    const found = keys.map((key, index) => {
      const entry = lookup.entries[index]
      if (entry && entry.expiresAt > requestedAt && entry.requestedAt > since) return entry
      const read = inFlight.get(key)
      return read && read.requestedAt > since ? read.entry : undefined
    })
    const missing = found.flatMap((one, index) => (one ? [] : [index]))
    const wanted = missing.map((index) => keys[index] ?? '')
    const finish = registerReads(inFlight, wanted, requestedAt)
    const put: CacheRead['put'] = (texts, maxAgeSeconds) => {
      if (texts) set(wanted, texts, { requestedAt, maxAgeSeconds })
      const expiresAt = now() + maxAgeSeconds * 1_000
      finish((index) => (texts ? { text: texts[index] ?? '', requestedAt, expiresAt } : null))
    }
    return { found, missing, put }
  }
  return {
    keyOf: (part, { forwarded }) => `${namespace()} ${forwarded['accept-language'] ?? ''} ${part}`,
    mayRead: ({ cache }) => cache !== undefined && !cache.isFresh,
    get,
    set,
    restrictPolicy: ({ cache }, { expiresAt }) =>
      restrict(cache, { maxAgeSeconds: (expiresAt - now()) / 1_000, isPublic: true }),
    recordWrite: async (context) => {
      const caller = callerOf(context)
      if (caller !== null) await store.recordWrite(caller, lastWrites.record(caller))
    },
    now,
    close: store.close,
  }
}

/** Registers reads of keys as in flight. The returned function finishes them. */
function registerReads(inFlight: Map<string, InFlightRead>, keys: readonly string[], requestedAt: number) {
  const reads = keys.map((key) => {
    const { promise, resolve } = Promise.withResolvers<CacheEntry | null>()
    const read = { requestedAt, entry: promise }
    inFlight.set(key, read)
    return { key, read, resolve }
  })
  return (entryAt: (index: number) => CacheEntry | null): void => {
    for (const [index, { key, read, resolve }] of reads.entries()) {
      if (inFlight.get(key) === read) inFlight.delete(key)
      resolve(entryAt(index))
    }
  }
}

/** Null for callers who are not signed in: they cannot change anything of their own. */
function callerOf({ viewer }: GatewayContext): string | null {
  return viewer.kind === 'user' ? viewer.userId : null
}
