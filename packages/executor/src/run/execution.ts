import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { ExecutorContext } from '../executor-context.ts'

/** An object of a result that is being put together. Its keys are response names, so any name may occur. */
export type ResultObject = Record<string, unknown>

/** The place of a value in an answer. */
export type Path = (string | number)[]

/** What a subgraph answered, read and proved to be GraphQL's. */
export interface SubgraphAnswer {
  data?: unknown
  errors?: readonly GraphQLFormattedError[]
  /** Whether all of it is the same for everybody, and is kept. */
  isPublic?: boolean
}

/** Sends a request's body to a subgraph. */
export interface Send<C extends ExecutorContext = ExecutorContext> {
  (body: string, context: C): Promise<SubgraphAnswer>
  /** Asks for entities of which some may be known. Absent where none are kept. */
  entities?: SendEntities<C>
}

/** Gets entities, in the order of their representations. */
export type SendEntities<C extends ExecutorContext = ExecutorContext> = (
  request: EntitiesRequest,
  context: C,
) => Promise<SubgraphAnswer>

/** Entities that a fetch wants. */
export interface EntitiesRequest {
  /** Each as JSON, and each once. */
  representations: readonly string[]
  /** The body of a request for some of them. */
  bodyOf: (representations: readonly string[]) => string
}

/** The JSON of an object that lies at several places of one result, by what wrote it, and what it costs; null before anything did. */
export type SharedText = { writer: object; text: string; cost: number } | null

/** One execution of an operation. */
export interface Run {
  variables: Readonly<Record<string, unknown>>
  context: ExecutorContext
  /** What has been fetched so far. */
  data: ResultObject
  /** What went wrong while fetching. */
  errors: GraphQLError[]
  /** What fetches failed to bring; null while all of them brought what they were to. */
  missing: Map<ResultObject, Missing[]> | null
  /** Values that lie at several places of `data`: equal representations are sent once, and their answer is not copied. */
  shared: Map<object, SharedText>
}

/** A part of a plan. Undefined when there was nothing to wait for. */
export type Step = (run: Run) => Promise<void> | undefined

/** What a fetch was to bring to some objects, and did not. */
export interface Missing {
  /** The response names, as plans have them. */
  names: ReadonlySet<string>
  error: GraphQLError
  /** Whether the client is told, with a path. */
  isTold: boolean
  /** What it is missing for. */
  origin?: Missing
}
