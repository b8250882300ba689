import type { GraphQLFormattedError } from 'graphql'
import { isObject } from '../lib/own-property.ts'
import type { SubgraphAnswer } from './execution.ts'

/** The answer for some of the wanted entities. */
export interface EntitiesPart {
  /** Which of the wanted ones these are. */
  places: readonly number[]
  response: SubgraphAnswer
}

/** As many entities as were asked for; null when there are not. */
export function entitiesIn(data: unknown, count: number): readonly unknown[] | null {
  const entities = isObject(data) ? data['_entities'] : undefined
  return Array.isArray(entities) && entities.length === count ? entities : null
}

/** One answer out of entities that are known, at their places, and of what was asked for, each entity and error at its place. */
export function joinEntities(known: readonly unknown[], parts: readonly EntitiesPart[]): SubgraphAnswer {
  const entities = [...known]
  const errors: GraphQLFormattedError[] = []
  for (const { places, response } of parts) {
    const own = entitiesIn(response.data, places.length)
    if (!own && isObject(response.data)) return response
    for (const [index, place] of places.entries()) entities[place] = own?.[index] ?? null
    errors.push(...(response.errors ?? []).map((error) => moved(error, places)))
  }
  return { data: { _entities: entities }, ...(errors.length > 0 && { errors }) }
}

/** Of an answer, the entities at these places, with their errors and those of the whole. */
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

/** An error's path counts the entities that were asked for. */
function moved(error: GraphQLFormattedError, places: readonly number[]): GraphQLFormattedError {
  const [root, index, ...rest] = error.path ?? []
  const place = typeof index === 'number' ? places[index] : undefined
  return root === undefined || place === undefined ? error : { ...error, path: [root, place, ...rest] }
}
