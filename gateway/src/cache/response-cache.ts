import { restrict } from '../request/cache-policy.ts'
import type { GatewayContext } from '../request/context.ts'
import type { CacheEntry, CacheStore } from './cache-store.ts'
import { createLastWrites } from './last-writes.ts'

export interface ResponseCacheOptions {
  store: CacheStore
  /** Differs for every supergraph: what is kept for one is nothing to another. */
  namespace: () => string
  now: () => number
}

/** What is there for some keys, and what the caller is to fetch. */
export interface CacheRead {
  /** At each key's place what is kept by it, a promise of what another request is fetching, or nothing. */
  found: readonly (CacheEntry | Promise<CacheEntry | null> | undefined)[]
  /** The places of those that the caller fetches now. Others may wait for them until they are put down. */
  missing: readonly number[]
  /** Puts down what was fetched for `missing`, in its order, and for how long it may be kept; null when it may not. */
  put: (texts: readonly string[] | null, maxAgeSeconds: number) => void
}

/** Answers that are the same for everybody, kept for a while. */
export interface ResponseCache {
  /** A key as the shelf knows it, for the supergraph in use and the caller's language. */
  keyOf: (part: string, context: GatewayContext) => string
  /** Whether this caller may be given what others asked for. Not when their operation has just changed something. */
  mayRead: (context: GatewayContext) => boolean
  get: (keys: readonly string[], context: GatewayContext) => Promise<CacheRead>
  /** Keeps texts that nobody waits for. */
  set: (
    keys: readonly string[],
    texts: readonly string[],
    times: { requestedAt: number; maxAgeSeconds: number },
  ) => void
  /** Tells the client how long it may keep what was taken. */
  restrictPolicy: (context: GatewayContext, kept: CacheEntry) => void
  /** The caller has changed something: from now on they get nothing that was asked for before. */
  recordWrite: (context: GatewayContext) => Promise<void>
  now: () => number
  close: () => void
}

interface InFlightRead {
  requestedAt: number
  entry: Promise<CacheEntry | null>
}

/** Nothing is kept for longer, whatever a subgraph says. */
export const maxTtlSeconds = 300

/**
 * A shelf over a store. Whatever is asked for by several requests at once is fetched by one of them; when it turns out that it is
 * not the same for everybody, the others fetch it themselves.
 */
export function createResponseCache({ store, namespace, now }: ResponseCacheOptions): ResponseCache {
  const flights = new Map<string, InFlightRead>()
  const changes = createLastWrites({ keptMs: maxTtlSeconds * 1_000, now })
  const keep: ResponseCache['set'] = (keys, texts, { requestedAt, maxAgeSeconds }) => {
    const expiresAt = now() + Math.min(maxAgeSeconds, maxTtlSeconds) * 1_000
    store.set(texts.map((text, index) => [keys[index] ?? '', { text, requestedAt, expiresAt }] as const))
  }
  const take: ResponseCache['get'] = async (keys, context) => {
    const caller = callerOf(context)
    const looked = await store.get(keys, caller)
    const requestedAt = now()
    const since = Math.max(looked.lastWriteAt, caller === null ? 0 : changes.lastOf(caller))
    const found = keys.map((key, index) => {
      const kept = looked.kept[index]
      if (kept && kept.expiresAt > requestedAt && kept.requestedAt > since) return kept
      const flight = flights.get(key)
      return flight && flight.requestedAt > since ? flight.entry : undefined
    })
    const missing = found.flatMap((one, index) => (one ? [] : [index]))
    const wanted = missing.map((index) => keys[index] ?? '')
    const land = registerReads(flights, wanted, requestedAt)
    const put: CacheRead['put'] = (texts, maxAgeSeconds) => {
      if (texts) keep(wanted, texts, { requestedAt, maxAgeSeconds })
      const expiresAt = now() + maxAgeSeconds * 1_000
      land((index) => (texts ? { text: texts[index] ?? '', requestedAt, expiresAt } : null))
    }
    return { found, missing, put }
  }
  return {
    keyOf: (part, { forwarded }) => `${namespace()} ${forwarded['accept-language'] ?? ''} ${part}`,
    mayRead: ({ cache }) => cache !== undefined && !cache.isFresh,
    get: take,
    set: keep,
    restrictPolicy: ({ cache }, { expiresAt }) =>
      restrict(cache, { maxAgeSeconds: (expiresAt - now()) / 1_000, isPublic: true }),
    recordWrite: async (context) => {
      const caller = callerOf(context)
      if (caller !== null) await store.recordWrite(caller, changes.record(caller))
    },
    now,
    close: store.close,
  }
}

/** Registers flights for keys. What comes back ends them. */
function registerReads(flights: Map<string, InFlightRead>, keys: readonly string[], requestedAt: number) {
  const landings = keys.map((key) => {
    const { promise, resolve } = Promise.withResolvers<CacheEntry | null>()
    const flight = { requestedAt, entry: promise }
    flights.set(key, flight)
    return { key, flight, resolve }
  })
  return (keptAt: (index: number) => CacheEntry | null): void => {
    for (const [index, { key, flight, resolve }] of landings.entries()) {
      if (flights.get(key) === flight) flights.delete(key)
      resolve(keptAt(index))
    }
  }
}

/** Whoever is not signed in changes nothing that they could tell from others' changes. */
function callerOf({ viewer }: GatewayContext): string | null {
  return viewer.kind === 'user' ? viewer.userId : null
}
