import type { FetchNode } from '@apollo/query-planner'
import type { GraphQLFormattedError } from 'graphql'
import { compileMergedBody, entitiesAlias, isEntitiesAlias } from '../compile/merged-body.ts'
import { compileBody } from '../compile/request-body.ts'
import { isObject } from '../lib/own-property.ts'
import { dedupeEntities, type EntitiesToFetch } from './dedupe-entities.ts'
import type { Execution, Send, SubgraphResult } from './execution.ts'

/** The distinct representations, as JSON, for one fetch of a request. */
export interface RepresentationBatch {
  /** The index of the fetch in its request. */
  index: number
  representations: readonly string[]
}

/** Fetches entities. Resolves for each fetch as if it had been sent alone. */
export type FetchEntities = (execution: Execution, batches: readonly RepresentationBatch[]) => Promise<SubgraphResult>[]

/** A fetch, and the key that it shares with equal fetches of its plan; null when it has no equal. */
export interface DedupableFetch {
  fetch: FetchNode
  dedupeKey: string | null
}

/** A fetch that is sent as its own request. */
interface SingleFetch {
  send: (execution: Execution, representations: readonly string[]) => Promise<SubgraphResult>
  /** Whether to send the fetch alone, because its response may be cached. */
  isPublic: () => boolean
}

/** After this many private responses in a row, a fetch is merged. Fewer would misjudge a fetch that is only sometimes private. */
const maxPrivateResponses = 8
/** After this many merged requests, a fetch is sent alone once to check again. */
const recheckInterval = 128

/** Compiles fetches of entities from one subgraph. Equal fetches of an execution request equal entities once. */
export function compileFetchEntities(send: Send, fetches: readonly DedupableFetch[]): FetchEntities {
  const fetchMerged = compileMergedFetch(send, fetches)
  if (fetches.every(({ dedupeKey }) => dedupeKey === null)) return fetchMerged
  return (execution, batches) => {
    const pending = batches.map(({ index, representations }): EntitiesToFetch | null => {
      const dedupeKey = fetches[index]?.dedupeKey ?? null
      return dedupeKey === null ? null : dedupeEntities(execution, dedupeKey, representations)
    })
    const requests = batches.map((one, place) => ({ ...one, ...pending[place] }))
    const unfetched = requests.filter(({ representations }) => representations.length > 0)
    const responses = fetchMerged(execution, unfetched)
    return requests.map((one, place) => {
      const response = responses[unfetched.indexOf(one)] ?? null
      return pending[place]?.complete(response) ?? response ?? Promise.resolve({ data: null })
    })
  }
}

/**
 * Merges fetches into one request. Fetches with public responses are sent separately when there is an entity cache: a merged response
 * could be cached only as long as its shortest-lived part.
 */
function compileMergedFetch(send: Send, fetches: readonly DedupableFetch[]): FetchEntities {
  const singleFetches = fetches.map(({ fetch }) => compileSingleFetch(send, fetch))
  const sendSingle = (execution: Execution, { index, representations }: RepresentationBatch) =>
    singleFetches[index]?.send(execution, representations) ?? Promise.resolve({ data: null })
  if (fetches.length < 2) return (execution, batches) => batches.map((one) => sendSingle(execution, one))
  const bodyOf = compileMergedBody(fetches.map(({ fetch }) => fetch))
  return (execution, batches) => {
    const merged = batches.filter(({ index }) => !singleFetches[index]?.isPublic())
    if (merged.length < 2) return batches.map((one) => sendSingle(execution, one))
    const whole = send(bodyOf(execution.variables, merged), execution.context)
    return batches.map(async (one) => {
      if (!merged.includes(one)) return await sendSingle(execution, one)
      const response = await whole
      return isRefused(response) ? await sendSingle(execution, one) : responseFor(one.index, response)
    })
  }
}

function compileSingleFetch(send: Send, fetch: FetchNode): SingleFetch {
  const bodyOf = compileBody(fetch)
  const { entities } = send
  if (!entities)
    return {
      send: (execution, representations) => send(bodyOf(execution.variables, representations), execution.context),
      isPublic: () => false,
    }
  let privateResponses = 0
  let merged = 0
  return {
    send: async ({ variables, context }, representations) => {
      const request = { representations, bodyOf: (some: readonly string[]) => bodyOf(variables, some) }
      const response = await entities(request, context)
      privateResponses = response.isPublic ? 0 : privateResponses + 1
      return response
    },
    isPublic: () => privateResponses < maxPrivateResponses || ++merged % recheckInterval === 0,
  }
}

/** Whether one part made the merged request fail. Each is then sent alone, unless the subgraph is unavailable. */
function isRefused({ data, errors = [] }: SubgraphResult): boolean {
  const isMissing = data === null || data === undefined
  return isMissing && !errors.some(({ extensions }) => extensions?.['code'] === 'UNAVAILABLE')
}

/** The part of a merged response for one fetch. Errors that belong to no fetch are reported for each. */
function responseFor(index: number, { data, errors }: SubgraphResult): SubgraphResult {
  const alias = entitiesAlias(index)
  const own = errors?.flatMap((error): GraphQLFormattedError[] => {
    const [root, ...rest] = error.path ?? []
    if (root === alias) return [{ ...error, path: ['_entities', ...rest] }]
    return isEntitiesAlias(root) ? [] : [error]
  })
  return {
    data: isObject(data) ? { _entities: data[alias] } : data,
    ...(own && own.length > 0 && { errors: own }),
  }
}
