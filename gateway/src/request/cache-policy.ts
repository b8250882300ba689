/** For how long what was fetched for an answer may be kept, and by whom. */
export interface CachePolicy {
  /** Null while nothing was fetched. */
  maxAgeSeconds: number | null
  isPublic: boolean
  /** Something was changed: what was kept before is not to be read. */
  isFresh: boolean
}

/** Nothing fetched so far. */
export function newCachePolicy(): CachePolicy {
  return { maxAgeSeconds: null, isPublic: true, isFresh: false }
}

/** What `cache-control` of a subgraph's answer says, as Apollo's servers compute it from `@cacheControl`. Nothing is: not at all. */
export function readCacheControl(header: string | undefined): { maxAgeSeconds: number; isPublic: boolean } {
  if (header === undefined || header === 'no-store') return notAtAll
  const words = (header ?? '').toLowerCase().split(/\s*,\s*/)
  const age = words.map((word) => /^max-age=(\d{1,9})$/.exec(word)?.[1]).find(Boolean)
  const isKept = age !== undefined && !words.includes('no-store') && !words.includes('no-cache')
  return { maxAgeSeconds: isKept ? Number(age) : 0, isPublic: words.includes('public') && !words.includes('private') }
}

const notAtAll = { maxAgeSeconds: 0, isPublic: false }

/** The shortest age and the narrowest scope of all that was fetched hold. */
export function restrict(policy: CachePolicy | undefined, by: { maxAgeSeconds: number; isPublic: boolean }): void {
  if (!policy) return
  policy.maxAgeSeconds = Math.min(policy.maxAgeSeconds ?? Number.POSITIVE_INFINITY, Math.floor(by.maxAgeSeconds))
  policy.isPublic &&= by.isPublic
}
