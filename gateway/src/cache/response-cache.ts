import { restrict } from '../request/cache-policy.ts'
import type { GatewayContext } from '../request/context.ts'
import type { AnswerStore, Kept } from './cache-store.ts'
import { createChanges } from './last-writes.ts'

export interface ShelfOptions {
  store: AnswerStore
  /** Differs for every supergraph: what is kept for one is nothing to another. */
  namespace: () => string
  now: () => number
}

/** What is there for some keys, and what the caller is to fetch. */
export interface Taken {
  /** At each key's place what is kept by it, a promise of what another request is fetching, or nothing. */
  found: readonly (Kept | Promise<Kept | null> | undefined)[]
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
  isOpenTo: (context: GatewayContext) => boolean
  take: (keys: readonly string[], context: GatewayContext) => Promise<Taken>
  /** Keeps texts that nobody waits for. */
  keep: (keys: readonly string[], texts: readonly string[], times: { askedAt: number; maxAgeSeconds: number }) => void
  /** Tells the client how long it may keep what was taken. */
  note: (context: GatewayContext, kept: Kept) => void
  /** The caller has changed something: from now on they get nothing that was asked for before. */
  noteChange: (context: GatewayContext) => Promise<void>
  now: () => number
  close: () => void
}

interface Flight {
  askedAt: number
  landing: Promise<Kept | null>
}

/** Nothing is kept for longer, whatever a subgraph says. */
export const maxTtlSeconds = 300

/**
 * A shelf over a store. Whatever is asked for by several requests at once is fetched by one of them; when it turns out that it is
 * not the same for everybody, the others fetch it themselves.
 */
export function createShelf({ store, namespace, now }: ShelfOptions): ResponseCache {
  const flights = new Map<string, Flight>()
  const changes = createChanges({ keptMs: maxTtlSeconds * 1_000, now })
  const keep: ResponseCache['keep'] = (keys, texts, { askedAt, maxAgeSeconds }) => {
    const until = now() + Math.min(maxAgeSeconds, maxTtlSeconds) * 1_000
    store.keep(texts.map((text, index) => [keys[index] ?? '', { text, askedAt, until }] as const))
  }
  const take: ResponseCache['take'] = async (keys, context) => {
    const caller = callerOf(context)
    const looked = await store.look(keys, caller)
    const askedAt = now()
    const since = Math.max(looked.changedAt, caller === null ? 0 : changes.lastOf(caller))
    const found = keys.map((key, index) => {
      const kept = looked.kept[index]
      if (kept && kept.until > askedAt && kept.askedAt > since) return kept
      const flight = flights.get(key)
      return flight && flight.askedAt > since ? flight.landing : undefined
    })
    const missing = found.flatMap((one, index) => (one ? [] : [index]))
    const wanted = missing.map((index) => keys[index] ?? '')
    const land = takeOff(flights, wanted, askedAt)
    const put: Taken['put'] = (texts, maxAgeSeconds) => {
      if (texts) keep(wanted, texts, { askedAt, maxAgeSeconds })
      const until = now() + maxAgeSeconds * 1_000
      land((index) => (texts ? { text: texts[index] ?? '', askedAt, until } : null))
    }
    return { found, missing, put }
  }
  return {
    keyOf: (part, { forwarded }) => `${namespace()} ${forwarded['accept-language'] ?? ''} ${part}`,
    isOpenTo: ({ cache }) => cache !== undefined && !cache.isFresh,
    take,
    keep,
    note: ({ cache }, { until }) => restrict(cache, { maxAgeSeconds: (until - now()) / 1_000, isPublic: true }),
    noteChange: async (context) => {
      const caller = callerOf(context)
      if (caller !== null) await store.noteChange(caller, changes.note(caller))
    },
    now,
    close: store.close,
  }
}

/** Registers flights for keys. What comes back ends them. */
function takeOff(flights: Map<string, Flight>, keys: readonly string[], askedAt: number) {
  const landings = keys.map((key) => {
    const { promise, resolve } = Promise.withResolvers<Kept | null>()
    const flight = { askedAt, landing: promise }
    flights.set(key, flight)
    return { key, flight, resolve }
  })
  return (keptAt: (index: number) => Kept | null): void => {
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
