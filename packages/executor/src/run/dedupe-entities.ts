import { isObject } from '../lib/own-property.ts'
import { type EntitiesPart, joinEntities, pickEntities } from './entity-answers.ts'
import type { Execution, SubgraphAnswer } from './execution.ts'
import { copyJson } from './merge.ts'

/** An entity that an execution has requested: its response, and its index there. */
interface FetchedEntity {
  answer: Promise<SubgraphAnswer>
  place: number
}

/** The representations to fetch, and how to complete their response. */
export interface EntitiesToFetch {
  representations: readonly string[]
  /** Adds the other entities to the response, which is null when there is nothing to fetch. */
  complete: (answer: Promise<SubgraphAnswer> | null) => Promise<SubgraphAnswer>
}

const fetchedByExecution = new WeakMap<Execution, Map<string, Map<string, FetchedEntity>>>()

/**
 * Finds the entities that no equal fetch of the execution has requested. The others share the earlier response, which may still be
 * pending, with its entities and errors.
 */
export function dedupeEntities(
  execution: Execution,
  dedupeKey: string,
  representations: readonly string[],
): EntitiesToFetch {
  const fetchedByRepresentation = entitiesOf(execution, dedupeKey)
  const missing: number[] = []
  const earlier: EntitiesFromEarlier[] = []
  for (const [place, representation] of representations.entries()) {
    const fetched = fetchedByRepresentation.get(representation)
    if (fetched) addEarlier(earlier, fetched, place)
    else missing.push(place)
  }
  const wanted = missing.map((place) => representations[place] ?? '')
  const resolveFetched = register(fetchedByRepresentation, wanted)
  return {
    representations: wanted,
    complete: async (answer) => {
      if (answer) resolveFetched(answer.then(copyResponse))
      const fetchedNow = answer && { places: missing, response: await answer }
      if (fetchedNow && earlier.length === 0) return fetchedNow.response
      return joinEntities(Array(representations.length).fill(null), [
        ...(fetchedNow ? [fetchedNow] : []),
        ...(await partsOf(earlier)),
      ])
    },
  }
}

/** Entities of an earlier response: their indexes there and in the current request. */
interface EntitiesFromEarlier extends Pick<EntitiesPart, 'places'> {
  answer: Promise<SubgraphAnswer>
  places: number[]
  placesThere: number[]
}

function addEarlier(earlier: EntitiesFromEarlier[], { answer, place: placeThere }: FetchedEntity, place: number): void {
  const fetchedByRepresentation = earlier.find((one) => one.answer === answer)
  if (!fetchedByRepresentation) return void earlier.push({ answer, places: [place], placesThere: [placeThere] })
  fetchedByRepresentation.places.push(place)
  fetchedByRepresentation.placesThere.push(placeThere)
}

/** Registers entities as requested. Returns the function that resolves them. */
function register(fetchedByRepresentation: Map<string, FetchedEntity>, representations: readonly string[]) {
  const { promise: answer, resolve } = Promise.withResolvers<SubgraphAnswer>()
  // The fetch that sent the request reports a failure. Without this handler, an unused promise would be an unhandled rejection.
  answer.catch(() => undefined)
  for (const [place, representation] of representations.entries())
    fetchedByRepresentation.set(representation, { answer, place })
  return resolve
}

function partsOf(earlier: readonly EntitiesFromEarlier[]): Promise<EntitiesPart[]> {
  return Promise.all(
    earlier.map(async ({ answer, places, placesThere }) => ({
      places,
      response: copyResponse(pickEntities(await answer, placesThere)),
    })),
  )
}

function entitiesOf(execution: Execution, dedupeKey: string): Map<string, FetchedEntity> {
  const ofExecution = fetchedByExecution.get(execution) ?? new Map<string, Map<string, FetchedEntity>>()
  fetchedByExecution.set(execution, ofExecution)
  const fetchedByRepresentation = ofExecution.get(dedupeKey) ?? new Map<string, FetchedEntity>()
  ofExecution.set(dedupeKey, fetchedByRepresentation)
  return fetchedByRepresentation
}

/** A copy, because the first fetch writes into its own response. */
function copyResponse({ data, ...rest }: SubgraphAnswer): SubgraphAnswer {
  return { ...rest, data: isObject(data) ? copyJson(data) : data }
}
