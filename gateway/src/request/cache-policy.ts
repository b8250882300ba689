/** How long, and by whom, the data of a response may be cached. */
export interface CachePolicy {
  /** Null before the first fetch. */
  maxAgeSeconds: number | null
  isPublic: boolean
  /** The request has changed data: earlier cache entries must not be read. */
  isFresh: boolean
}

/** The policy before the first fetch. */
export function newCachePolicy(): CachePolicy {
  return { maxAgeSeconds: null, isPublic: true, isFresh: false }
}

/**
 * The policy by a subgraph's `cache-control`, which Apollo's servers compute from `@cacheControl`. Without the header, nothing may be
 * cached.
 */
export function readCacheControl(header: string | undefined): { maxAgeSeconds: number; isPublic: boolean } {
  if (header === undefined || header === 'no-store') return notAtAll
  const words = (header ?? '').toLowerCase().split(/\s*,\s*/)
  const age = words.map((word) => /^max-age=(\d{1,9})$/.exec(word)?.[1]).find(Boolean)
  const isKept = age !== undefined && !words.includes('no-store') && !words.includes('no-cache')
  return { maxAgeSeconds: isKept ? Number(age) : 0, isPublic: words.includes('public') && !words.includes('private') }
}

const notAtAll = { maxAgeSeconds: 0, isPublic: false }

/** Reduces the policy to the shorter age and the narrower scope. */
export function restrict(policy: CachePolicy | undefined, by: { maxAgeSeconds: number; isPublic: boolean }): void {
  if (!policy) return
  policy.maxAgeSeconds = Math.min(policy.maxAgeSeconds ?? Number.POSITIVE_INFINITY, Math.floor(by.maxAgeSeconds))
  policy.isPublic &&= by.isPublic
}
