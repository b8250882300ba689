import type { GraphQLFormattedError } from 'graphql'
import { isObject } from '../lib/own-property.ts'
import type { SubgraphResult } from './execution.ts'

/** The response for some of the requested entities. */
export interface EntitiesPart {
  /** Their indexes among the requested entities. */
  indexes: readonly number[]
  response: SubgraphResult
}

/** The entities of a response; null when their number is not `count`. */
export function entitiesIn(data: unknown, count: number): readonly unknown[] | null {
  const entities = isObject(data) ? data['_entities'] : undefined
  return Array.isArray(entities) && entities.length === count ? entities : null
}

/** Joins known entities and responses for the others into one response, with each entity and error at its index. */
export function joinEntities(known: readonly unknown[], parts: readonly EntitiesPart[]): SubgraphResult {
  const entities = [...known]
  const errors: GraphQLFormattedError[] = []
  for (const { indexes, response } of parts) {
    const fetched = entitiesIn(response.data, indexes.length)
    if (!fetched && isObject(response.data)) return response
    for (const [position, index] of indexes.entries()) entities[index] = fetched?.[position] ?? null
    errors.push(...(response.errors ?? []).map((error) => withEntityIndex(error, indexes)))
  }
  return { data: { _entities: entities }, ...(errors.length > 0 && { errors }) }
}

/** Picks the entities at the given indexes from a response, with their errors and those without a path. */
export function pickEntities({ data, errors }: SubgraphResult, indexes: readonly number[]): SubgraphResult {
  const entities = isObject(data) ? data['_entities'] : undefined
  const positions = new Map(indexes.map((index, position) => [index, position]))
  const picked = errors?.flatMap((error) => {
    const [root, index, ...rest] = error.path ?? []
    if (root === undefined || typeof index !== 'number') return [error]
    const position = positions.get(index)
    return position === undefined ? [] : [{ ...error, path: [root, position, ...rest] }]
  })
  return {
    data: Array.isArray(entities) ? { _entities: indexes.map((index) => entities[index]) } : data,
    ...(picked && picked.length > 0 && { errors: picked }),
  }
}

/** Replaces the entity index in an error's path. */
function withEntityIndex(error: GraphQLFormattedError, indexes: readonly number[]): GraphQLFormattedError {
  const [root, position, ...rest] = error.path ?? []
  const index = typeof position === 'number' ? indexes[position] : undefined
  return root === undefined || index === undefined ? error : { ...error, path: [root, index, ...rest] }
}
