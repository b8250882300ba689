import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { ExecutorContext } from '../executor-context.ts'

/** An object of an unfinished result. Its keys are response names, which clients choose. */
export type ResultObject = Record<string, unknown>

/** A path in a response. */
export type Path = (string | number)[]

/** A validated GraphQL response of a subgraph. */
export interface SubgraphResult {
  data?: unknown
  errors?: readonly GraphQLFormattedError[]
  /** Whether the response is the same for all callers and was cached. */
  isPublic?: boolean
}

/** Sends a request body to a subgraph. */
export interface Send<C extends ExecutorContext = ExecutorContext> {
  (body: string, context: C): Promise<SubgraphResult>
  /** Fetches entities through the entity cache. Absent when the subgraph has none. */
  entities?: SendEntities<C>
}

/** Fetches entities, in the order of their representations. */
export type SendEntities<C extends ExecutorContext = ExecutorContext> = (
  request: EntitiesRequest,
  context: C,
) => Promise<SubgraphResult>

/** A request for entities. */
export interface EntitiesRequest {
  /** Distinct representations as JSON. */
  representations: readonly string[]
  /** Writes the request body for some of them. */
  bodyOf: (representations: readonly string[]) => string
}

/** The JSON of a shared object, with its writer and cost; null before it is written. */
export type SharedJson = { writer: object; text: string; cost: number } | null

/** One execution of an operation. */
export interface Execution {
  variables: Readonly<Record<string, unknown>>
  context: ExecutorContext
  /** The data fetched so far. */
  data: ResultObject
  /** The errors of subgraphs. */
  errors: GraphQLError[]
  /** Fields that failed fetches did not deliver; null when there are none. */
  missing: Map<ResultObject, MissingFields[]> | null
  /** Values that occur at several positions of `data`, because objects with equal representations share their result. */
  shared: Map<object, SharedJson>
}

/** An execution that has fetched nothing yet. */
export function createExecution(variables: Execution['variables'], context: ExecutorContext): Execution {
  return { variables, context, data: {}, errors: [], missing: null, shared: new Map() }
}

/** A step of a plan. Returns undefined when there is nothing to wait for. */
export type Step = (execution: Execution) => Promise<void> | undefined

/** Fields that a failed fetch did not deliver. */
export interface MissingFields {
  /** The response names in the plan. */
  names: ReadonlySet<string>
  error: GraphQLError
  /** Whether the error is reported at a path. */
  isReported: boolean
  /** The missing fields that caused this. */
  origin?: MissingFields
}
