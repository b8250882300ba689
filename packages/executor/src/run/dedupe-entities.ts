import { isObject } from '../lib/own-property.ts'
import { type EntitiesPart, joinEntities, pickEntities } from './entity-responses.ts'
import type { Execution, SubgraphResult } from './execution.ts'
import { copyJson } from './merge.ts'

/** An entity that an execution has requested: its response, and its index there. */
interface FetchedEntity {
  response: Promise<SubgraphResult>
  index: number
}

/** The representations to fetch, and how to complete their response. */
export interface EntitiesToFetch {
  representations: readonly string[]
  /** Adds the other entities to the response, which is null when there is nothing to fetch. */
  complete: (response: Promise<SubgraphResult> | null) => Promise<SubgraphResult>
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
  for (const [index, representation] of representations.entries()) {
    const fetched = fetchedByRepresentation.get(representation)
    if (fetched) addEarlier(earlier, fetched, index)
    else missing.push(index)
  }
  const wanted = missing.map((index) => representations[index] ?? '')
  const resolveFetched = register(fetchedByRepresentation, wanted)
  return {
    representations: wanted,
    complete: async (response) => {
      if (response) resolveFetched(response.then(copyResponse))
      const fetchedNow = response && { indexes: missing, response: await response }
      if (fetchedNow && earlier.length === 0) return fetchedNow.response
      return joinEntities(Array(representations.length).fill(null), [
        ...(fetchedNow ? [fetchedNow] : []),
        ...(await partsOf(earlier)),
      ])
    },
  }
}

/** Entities of an earlier response: their indexes there and in the current request. */
interface EntitiesFromEarlier extends Pick<EntitiesPart, 'indexes'> {
  response: Promise<SubgraphResult>
  indexes: number[]
  sourceIndexes: number[]
}

function addEarlier(
  earlier: EntitiesFromEarlier[],
  { response, index: sourceIndex }: FetchedEntity,
  index: number,
): void {
  const known = earlier.find((one) => one.response === response)
  if (!known) return void earlier.push({ response, indexes: [index], sourceIndexes: [sourceIndex] })
  known.indexes.push(index)
  known.sourceIndexes.push(sourceIndex)
}

/** Registers entities as requested. Returns the function that resolves them. */
function register(fetchedByRepresentation: Map<string, FetchedEntity>, representations: readonly string[]) {
  const { promise: response, resolve } = Promise.withResolvers<SubgraphResult>()
  // The fetch that sent the request reports a failure. Without this handler, an unused promise would be an unhandled rejection.
  response.catch(() => undefined)
  for (const [index, representation] of representations.entries())
    fetchedByRepresentation.set(representation, { response, index })
  return resolve
}

function partsOf(earlier: readonly EntitiesFromEarlier[]): Promise<EntitiesPart[]> {
  return Promise.all(
    earlier.map(async ({ response, indexes, sourceIndexes }) => ({
      indexes,
      response: copyResponse(pickEntities(await response, sourceIndexes)),
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
function copyResponse({ data, ...rest }: SubgraphResult): SubgraphResult {
  return { ...rest, data: isObject(data) ? copyJson(data) : data }
}
