import type { GraphQLFormattedError } from 'graphql'
import { isObject } from '../lib/own-property.ts'
import type { SubgraphAnswer } from './execution.ts'

/** The response for some of the requested entities. */
export interface EntitiesPart {
  /** Their indexes among the requested entities. */
  places: readonly number[]
  response: SubgraphAnswer
}

/** The entities of a response; null when their number is not `count`. */
export function entitiesIn(data: unknown, count: number): readonly unknown[] | null {
  const entities = isObject(data) ? data['_entities'] : undefined
  return Array.isArray(entities) && entities.length === count ? entities : null
}

/** Joins known entities and responses for the others into one response, with each entity and error at its index. */
export function joinEntities(known: readonly unknown[], parts: readonly EntitiesPart[]): SubgraphAnswer {
  const entities = [...known]
  const errors: GraphQLFormattedError[] = []
  for (const { places, response } of parts) {
    const own = entitiesIn(response.data, places.length)
    if (!own && isObject(response.data)) return response
    for (const [index, place] of places.entries()) entities[place] = own?.[index] ?? null
    errors.push(...(response.errors ?? []).map((error) => withEntityIndex(error, places)))
  }
  return { data: { _entities: entities }, ...(errors.length > 0 && { errors }) }
}

/** Picks the entities at the given indexes from a response, with their errors and those without a path. */
export function pickEntities({ data, errors }: SubgraphAnswer, places: readonly number[]): SubgraphAnswer {
  const entities = isObject(data) ? data['_entities'] : undefined
  const numbers = new Map(places.map((place, index) => [place, index]))
  const own = errors?.flatMap((error) => {
    const [root, place, ...rest] = error.path ?? []
    if (root === undefined || typeof place !== 'number') return [error]
    const index = numbers.get(place)
    return index === undefined ? [] : [{ ...error, path: [root, index, ...rest] }]
  })
  return {
    data: Array.isArray(entities) ? { _entities: places.map((place) => entities[place]) } : data,
    ...(own && own.length > 0 && { errors: own }),
  }
}

/** Replaces the entity index in an error's path. */
function withEntityIndex(error: GraphQLFormattedError, places: readonly number[]): GraphQLFormattedError {
  const [root, index, ...rest] = error.path ?? []
  const place = typeof index === 'number' ? places[index] : undefined
  return root === undefined || place === undefined ? error : { ...error, path: [root, place, ...rest] }
}
