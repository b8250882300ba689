import { createPublicOperations } from '../cache/public-operations.ts'
import type { ResponseCache } from '../cache/response-cache.ts'
import { readCacheControl, restrict } from '../request/cache-policy.ts'
import type { GatewayContext } from '../request/context.ts'
import type { RawResponse, SendRaw } from './read-response.ts'
import { isMutation } from './request-text.ts'

/**
 * Caches responses that a subgraph declares public, for as long as it says, keyed by the whole body and the language. A response with
 * errors is not cached, and a caller who has made a change is not given anything older than that change.
 */
export function withCachedResponses(
  sendRaw: SendRaw,
  { name, responseCache }: { name: string; responseCache: ResponseCache },
): SendRaw {
  const operations = createPublicOperations()
  const receive = async (body: string, context: GatewayContext) => {
    const raw = await sendRaw(body, context)
    const maxAgeSeconds = publicSecondsOf(raw)
    if (maxAgeSeconds > 0 || operations.has(body)) operations.learn(body, maxAgeSeconds > 0)
    return { raw, texts: maxAgeSeconds > 0 ? [raw.text] : null, maxAgeSeconds }
  }
  const receiveAndStore: SendRaw = async (body, context) => {
    const requestedAt = responseCache.now()
    const { raw, texts, maxAgeSeconds } = await receive(body, context)
    if (texts)
      responseCache.set([responseCache.keyOf(`${name} ${body}`, context)], texts, { requestedAt, maxAgeSeconds })
    return raw
  }
  return async (body, context) => {
    if (isMutation(body)) return await sendRaw(body, context)
    if (!responseCache.mayRead(context) || !operations.has(body)) return await receiveAndStore(body, context)
    const { found, put } = await responseCache.get([responseCache.keyOf(`${name} ${body}`, context)], context)
    if (found[0] === undefined) {
      const received = receive(body, context)
      received.then(
        ({ texts, maxAgeSeconds }) => put(texts, maxAgeSeconds),
        () => put(null, 0),
      )
      return (await received).raw
    }
    const entry = await found[0]
    if (entry === null) return await receiveAndStore(body, context)
    responseCache.restrictPolicy(context, entry)
    return { status: 200, type: 'application/json', text: entry.text }
  }
}

/** Restricts the cache policy of the client's response to that of each subgraph response, and records who has made a change. */
export function withCachePolicy(sendRaw: SendRaw, responseCache: ResponseCache | null): SendRaw {
  const read: SendRaw = async (body, context) => {
    try {
      const raw = await sendRaw(body, context)
      restrict(context.cache, readCacheControl(raw.cacheControl))
      return raw
    } catch (error) {
      restrict(context.cache, { maxAgeSeconds: 0, isPublic: false })
      throw error
    }
  }
  const write: SendRaw = async (body, context) => {
    if (context.cache) context.cache.isFresh = true
    return await read(body, context).finally(() => responseCache?.recordWrite(context))
  }
  return (body, context) => (isMutation(body) ? write(body, context) : read(body, context))
}

/** For how many seconds a response may be cached for everybody; 0 when it may not. */
export function publicSecondsOf({ cacheControl, text }: RawResponse): number {
  const { isPublic, maxAgeSeconds } = readCacheControl(cacheControl)
  return isPublic && maxAgeSeconds > 0 && !text.includes('"errors"') ? maxAgeSeconds : 0
}
