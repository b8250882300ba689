import { parseExact } from '@tikitu/federation-executor/lib/exact-json'
import { type EntitiesPart, entitiesIn, joinEntities } from '@tikitu/federation-executor/run/entity-answers'
import type { EntitiesRequest, SubgraphAnswer } from '@tikitu/federation-executor/run/execution'
import { hashOf } from '../operations/read-manifest.ts'
import type { GatewayContext, SendEntities } from '../request/context.ts'
import { createPublicOperations } from './public-operations.ts'
import type { ResponseCache } from './response-cache.ts'

/** A subgraph's answer, and for how long all of it may be kept for everybody: 0 for not at all, as when it has errors. */
export interface CacheableResponse {
  response: SubgraphAnswer
  publicSeconds: number
}

export interface EntityCacheOptions {
  /** The subgraph. */
  name: string
  responseCache: ResponseCache
  ask: (body: string, context: GatewayContext) => Promise<CacheableResponse>
}

/**
 * Asks a subgraph only for those entities that are not kept: of each what its whole fetch asks for, by text, variables,
 * representation and language. What came with errors is not kept.
 */
export function withEntityCache({ name, responseCache, ask }: EntityCacheOptions): SendEntities {
  const operations = createPublicOperations()
  const keysOf = ({ representations, bodyOf }: EntitiesRequest, context: GatewayContext): string[] => {
    const frame = responseCache.keyOf(`${name} ${hashOf(bodyOf([]))}`, context)
    return representations.map((representation) => `${frame} ${representation}`)
  }
  const askAll = async (request: EntitiesRequest, body: string, context: GatewayContext): Promise<SubgraphAnswer> => {
    const requestedAt = responseCache.now()
    const { response, publicSeconds } = await ask(body, context)
    const texts = publicSeconds > 0 ? textsOf(response, request.representations.length) : null
    if (texts || operations.has(body)) operations.learn(body, texts !== null)
    if (texts) responseCache.set(keysOf(request, context), texts, { requestedAt, maxAgeSeconds: publicSeconds })
    return { ...response, isPublic: texts !== null }
  }
  const askSome = async (
    { representations, bodyOf }: EntitiesRequest,
    places: readonly number[],
    context: GatewayContext,
  ): Promise<EntitiesPart & { texts: string[] | null; publicSeconds: number }> => {
    const body = bodyOf(places.map((place) => representations[place] ?? ''))
    const { response, publicSeconds } = await ask(body, context)
    const texts = publicSeconds > 0 ? textsOf(response, places.length) : null
    operations.learn(body, texts !== null)
    return { places, response, texts, publicSeconds }
  }
  return async (request, context) => {
    const body = request.bodyOf(request.representations)
    if (!responseCache.mayRead(context) || !operations.has(body)) return await askAll(request, body, context)
    const { found, missing, put } = await responseCache.get(keysOf(request, context), context)
    const asked = missing.length === 0 ? null : askSome(request, missing, context)
    asked?.then(
      ({ texts, publicSeconds }) => put(texts, publicSeconds),
      () => put(null, 0),
    )
    const known = await Promise.all(found)
    const refused = known.flatMap((one, place) => (one === null ? [place] : []))
    const parts = await Promise.all([asked, refused.length === 0 ? null : askSome(request, refused, context)])
    for (const kept of known) if (kept) responseCache.restrictPolicy(context, kept)
    const entities: unknown[] = known.map((kept) => (kept ? parseExact(kept.text) : null))
    const sent = parts.filter((part) => part !== null)
    return { ...joinEntities(entities, sent), isPublic: sent.every(({ texts }) => texts !== null) }
  }
}

/** The entities as JSON, before anybody changes them; null when there are not as many as were asked for. */
function textsOf({ data }: SubgraphAnswer, count: number): string[] | null {
  return entitiesIn(data, count)?.map((entity) => JSON.stringify(entity)) ?? null
}
