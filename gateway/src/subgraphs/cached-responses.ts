import { createPublicOperations } from '../cache/public-operations.ts'
import type { ResponseCache } from '../cache/response-cache.ts'
import { readCacheControl, restrict } from '../request/cache-policy.ts'
import type { GatewayContext } from '../request/context.ts'
import type { RawResponse, SendRaw } from './read-response.ts'
import { isMutation } from './request-text.ts'

/**
 * Keeps answers that a subgraph calls public, as long as it says, by the whole body and the language; never what came with errors,
 * and nothing from before a change for whoever made it.
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
  const receiveAndKeep: SendRaw = async (body, context) => {
    const requestedAt = responseCache.now()
    const { raw, texts, maxAgeSeconds } = await receive(body, context)
    if (texts)
      responseCache.set([responseCache.keyOf(`${name} ${body}`, context)], texts, { requestedAt, maxAgeSeconds })
    return raw
  }
  return async (body, context) => {
    if (isMutation(body)) return await sendRaw(body, context)
    if (!responseCache.mayRead(context) || !operations.has(body)) return await receiveAndKeep(body, context)
    const { found, put } = await responseCache.get([responseCache.keyOf(`${name} ${body}`, context)], context)
    if (found[0] === undefined) {
      const asked = receive(body, context)
      asked.then(
        ({ texts, maxAgeSeconds }) => put(texts, maxAgeSeconds),
        () => put(null, 0),
      )
      return (await asked).raw
    }
    const kept = await found[0]
    if (kept === null) return await receiveAndKeep(body, context)
    responseCache.restrictPolicy(context, kept)
    return { status: 200, type: 'application/json', text: kept.text }
  }
}

/** Notes in the caller's context how long the client may keep its answer, and who changed something. */
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
  const change: SendRaw = async (body, context) => {
    if (context.cache) context.cache.isFresh = true
    return await read(body, context).finally(() => responseCache?.recordWrite(context))
  }
  return (body, context) => (isMutation(body) ? change(body, context) : read(body, context))
}

/** For how long an answer may be kept for everybody: 0 for not at all. */
export function publicSecondsOf({ cacheControl, text }: RawResponse): number {
  const { isPublic, maxAgeSeconds } = readCacheControl(cacheControl)
  return isPublic && maxAgeSeconds > 0 && !text.includes('"errors"') ? maxAgeSeconds : 0
}
