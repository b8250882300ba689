import type { ApolloGateway } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import { type CompiledOperation, compileOperation, type Outcome } from './compile/compile-operation.ts'
import type { ExecutorContext } from './executor-context.ts'
import { createRecentCache, type RecentCache } from './lib/lru-cache.ts'
import { currentGeneration, type Generation } from './loaded-schema.ts'
import { planAsked } from './plan/plan-operation.ts'
import type { Send } from './run/execution.ts'
import type { ResponseCost } from './write/response-cost.ts'

/** A request as the executor needs it. */
export interface ExecutorRequest<C extends ExecutorContext = ExecutorContext> {
  document: DocumentNode
  operationName: string | undefined
  variables: Readonly<Record<string, unknown>> | undefined
  context: C
  /** What the document is known by. */
  key: string
}

export interface CompiledExecutorOptions<C extends ExecutorContext = ExecutorContext> {
  sendTo: (subgraph: string) => Send<C>
  /** Counts what answers cost, for the schema that clients see; null where that is not wanted. */
  responseCostOf?: (schema: GraphQLSchema) => ResponseCost | null
  /** Called with the request context for each operation that is not planned yet. */
  onPlanning?: (context: C, text: string) => void
}

/** Runs operations over the subgraphs by compiled plans. */
export interface CompiledExecutor<C extends ExecutorContext = ExecutorContext> {
  execute: (request: ExecutorRequest<C>) => Promise<Outcome>
  /** Plans and compiles, or finds what was. @throws GraphQLError when it cannot be planned */
  compile: (
    request: Pick<ExecutorRequest, 'document' | 'operationName' | 'key'> & { context?: C },
  ) => CompiledOperation<C>
  /** The plan of an operation, made anew. @throws GraphQLError when it cannot be planned */
  planOf: (request: Pick<ExecutorRequest, 'document' | 'operationName'>) => QueryPlan
  /** Operations compiled by the load in use. */
  count: () => number
}

interface Load<C extends ExecutorContext> extends Generation {
  operations: RecentCache<CompiledOperation<C>>
}

const cacheSize = { maxCount: 2_000, maxKeyChars: 1_000_000 }

/**
 * An executor over what the gateway has loaded. A load and its compiled operations are swapped as one, and what runs ends with
 * what it began with.
 */
export function createCompiledExecutor<C extends ExecutorContext>(
  gateway: ApolloGateway,
  { sendTo, responseCostOf: weigherOf, onPlanning }: CompiledExecutorOptions<C>,
): CompiledExecutor<C> {
  let load: Load<C> | null = null
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
    load = { ...currentGeneration(gateway, coreSupergraphSdl), operations: createRecentCache(cacheSize) }
  })
  const compile: CompiledExecutor<C>['compile'] = ({ document, operationName, key, context }) => {
    if (!load) throw new Error('no supergraph is loaded')
    const name = operationName ? `${key} ${operationName}` : key
    const known = load.operations.get(name)
    if (known) return known
    const charge = (payer: C): void => onPlanning?.(payer, document.loc?.source.body ?? '')
    if (context) charge(context)
    const planned = planAsked(load, document, operationName)
    const compiled = compileOperation(
      { ...load, sendTo, weigher: weigherOf?.(load.apiSchema), onPlanning: charge },
      planned,
    )
    load.operations.set(name, compiled)
    return compiled
  }
  return {
    compile,
    planOf: ({ document, operationName }) => {
      if (!load) throw new Error('no supergraph is loaded')
      return planAsked(load, document, operationName).plan
    },
    count: () => load?.operations.size() ?? 0,
    execute: async (request) => {
      const operation = compile(request)
      const variables = operation.plain(request.variables ?? {})
      const errors = operation.check(variables)
      return errors.length > 0 ? { errors } : await operation.run(variables, request.context)
    },
  }
}
