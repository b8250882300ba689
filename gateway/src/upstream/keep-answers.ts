import type { Post, RawAnswer } from './answer.ts'
import { readCacheControl, restrict } from './cache-policy.ts'
import { isMutation } from './request-text.ts'

export interface KeepOptions {
  /** What may be kept in all. With 0 nothing is. */
  maxBytes: number
  now: () => number
}

interface Kept {
  raw: RawAnswer
  bytes: number
  until: number
}

/**
 * Keeps answers that a subgraph calls public, as long as it says, by the whole body and the language; never what came with errors,
 * and never for an operation that has changed something. Notes in the caller's context how long the client may keep its answer.
 */
export function keepingAnswers(post: Post, { maxBytes, now }: KeepOptions): Post {
  const kept = new Map<string, Kept>()
  let bytes = 0
  const forget = (key: string): void => {
    bytes -= kept.get(key)?.bytes ?? 0
    kept.delete(key)
  }
  const keep = (key: string, raw: RawAnswer, maxAgeSeconds: number): void => {
    const entry = { raw, bytes: 2 * (key.length + raw.text.length), until: now() + maxAgeSeconds * 1_000 }
    if (entry.bytes > maxBytes / 4) return
    forget(key)
    kept.set(key, entry)
    bytes += entry.bytes
    for (const oldest of kept.keys()) {
      if (bytes <= maxBytes) return
      forget(oldest)
    }
  }
  const fetched: Post = async (body, context) => {
    const raw = await post(body, context).catch((error: unknown) => {
      restrict(context.cache, { maxAgeSeconds: 0, isPublic: false })
      throw error
    })
    restrict(context.cache, readCacheControl(raw.cacheControl))
    return raw
  }
  const change: Post = async (body, context) => {
    if (context.cache) context.cache.isFresh = true
    return await fetched(body, context)
  }
  const read: Post = async (body, context) => {
    const { cache } = context
    const key = `${context.forwarded['accept-language'] ?? ''}\n${body}`
    const known = cache && !cache.isFresh ? kept.get(key) : undefined
    if (known && known.until > now()) {
      restrict(cache, { maxAgeSeconds: (known.until - now()) / 1_000, isPublic: true })
      return known.raw
    }
    const raw = await fetched(body, context)
    if (mayBeKept(raw)) keep(key, raw, readCacheControl(raw.cacheControl).maxAgeSeconds)
    return raw
  }
  return async (body, context) => await (isMutation(body) ? change(body, context) : read(body, context))
}

function mayBeKept({ cacheControl, text }: RawAnswer): boolean {
  const { isPublic, maxAgeSeconds } = readCacheControl(cacheControl)
  return isPublic && maxAgeSeconds > 0 && !text.includes('"errors"')
}
