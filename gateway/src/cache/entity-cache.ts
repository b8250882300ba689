import { parseExact } from '@tikitu/federation-executor/lib/exact-json'
import { type EntitiesPart, entitiesIn, joinEntities } from '@tikitu/federation-executor/run/entity-responses'
import type { EntitiesRequest, SubgraphResult } from '@tikitu/federation-executor/run/execution'
import { hashOf } from '../operations/read-manifest.ts'
import type { GatewayContext, SendEntities } from '../request/context.ts'
import { createPublicOperations } from './public-operations.ts'
import type { ResponseCache } from './response-cache.ts'

/** A subgraph's response, and for how many seconds it may be cached for everybody: 0 for not at all, as when it has errors. */
export interface CacheableResponse {
  response: SubgraphResult
  publicSeconds: number
}

export interface EntityCacheOptions {
  /** The subgraph. */
  name: string
  responseCache: ResponseCache
  fetch: (body: string, context: GatewayContext) => Promise<CacheableResponse>
}

/**
 * Fetches only those entities that are not cached. An entity is cached with all fields of its fetch, keyed by the operation, its
 * variables, the representation and the language. A response with errors is not cached.
 */
export function withEntityCache({ name, responseCache, fetch }: EntityCacheOptions): SendEntities {
  const operations = createPublicOperations()
  const keysOf = ({ representations, bodyOf }: EntitiesRequest, context: GatewayContext): string[] => {
    const frame = responseCache.keyOf(`${name} ${hashOf(bodyOf([]))}`, context)
    return representations.map((representation) => `${frame} ${representation}`)
  }
  const fetchAll = async (request: EntitiesRequest, body: string, context: GatewayContext): Promise<SubgraphResult> => {
    const requestedAt = responseCache.now()
    const { response, publicSeconds } = await fetch(body, context)
    const texts = publicSeconds > 0 ? textsOf(response, request.representations.length) : null
    if (texts || operations.has(body)) operations.learn(body, texts !== null)
    if (texts) responseCache.set(keysOf(request, context), texts, { requestedAt, maxAgeSeconds: publicSeconds })
    return { ...response, isPublic: texts !== null }
  }
  const fetchSome = async (
    { representations, bodyOf }: EntitiesRequest,
    indexes: readonly number[],
    context: GatewayContext,
  ): Promise<EntitiesPart & { texts: string[] | null; publicSeconds: number }> => {
    const body = bodyOf(indexes.map((index) => representations[index] ?? ''))
    const { response, publicSeconds } = await fetch(body, context)
    const texts = publicSeconds > 0 ? textsOf(response, indexes.length) : null
    operations.learn(body, texts !== null)
    return { indexes, response, texts, publicSeconds }
  }
  return async (request, context) => {
    const body = request.bodyOf(request.representations)
    if (!responseCache.mayRead(context) || !operations.has(body)) return await fetchAll(request, body, context)
    const { found, missing, put } = await responseCache.get(keysOf(request, context), context)
    const fetched = missing.length === 0 ? null : fetchSome(request, missing, context)
    fetched?.then(
      ({ texts, publicSeconds }) => put(texts, publicSeconds),
      () => put(null, 0),
    )
    const cached = await Promise.all(found)
    const uncached = cached.flatMap((entry, index) => (entry === null ? [index] : []))
    const parts = await Promise.all([fetched, uncached.length === 0 ? null : fetchSome(request, uncached, context)])
    for (const entry of cached) if (entry) responseCache.restrictPolicy(context, entry)
    const entities: unknown[] = cached.map((entry) => (entry ? parseExact(entry.text) : null))
    const sent = parts.filter((part) => part !== null)
    return { ...joinEntities(entities, sent), isPublic: sent.every(({ texts }) => texts !== null) }
  }
}

/** Each entity as JSON, before the executor changes it; null when their number is not `count`. */
function textsOf({ data }: SubgraphResult, count: number): string[] | null {
  return entitiesIn(data, count)?.map((entity) => JSON.stringify(entity)) ?? null
}
