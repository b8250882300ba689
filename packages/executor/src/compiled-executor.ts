import type { ApolloGateway } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import { type CompiledOperation, compileOperation, type SerializedResult } from './compile/compile-operation.ts'
import type { ExecutorContext } from './executor-context.ts'
import { createLruCache, type LruCache } from './lib/lru-cache.ts'
import { currentSchema, type LoadedSchema } from './loaded-schema.ts'
import { planOperation } from './plan/plan-operation.ts'
import type { Send } from './run/execution.ts'
import type { ResponseCost } from './write/response-cost.ts'

/** An operation to execute. */
export interface ExecutorRequest<C extends ExecutorContext = ExecutorContext> {
  document: DocumentNode
  operationName: string | undefined
  variables: Readonly<Record<string, unknown>> | undefined
  context: C
  /** Identifies the document in the cache of compiled operations. */
  key: string
}

export interface CompiledExecutorOptions<C extends ExecutorContext = ExecutorContext> {
  sendTo: (subgraph: string) => Send<C>
  /** Creates the cost counter for responses of an API schema; null to count nothing. */
  responseCostOf?: (schema: GraphQLSchema) => ResponseCost | null
  /** Called with the request context before each operation that has to be planned. */
  onPlanning?: (context: C, text: string) => void
}

/** Executes operations by compiled query plans. */
export interface CompiledExecutor<C extends ExecutorContext = ExecutorContext> {
  execute: (request: ExecutorRequest<C>) => Promise<SerializedResult>
  /** Plans and compiles an operation, or returns the cached one. @throws GraphQLError when it cannot be planned */
  compile: (
    request: Pick<ExecutorRequest, 'document' | 'operationName' | 'key'> & { context?: C },
  ) => CompiledOperation<C>
  /** Plans an operation without the cache. @throws GraphQLError when it cannot be planned */
  planOf: (request: Pick<ExecutorRequest, 'document' | 'operationName'>) => QueryPlan
  /** The number of operations compiled for the current supergraph. */
  operationCount: () => number
}

interface LoadedOperations<C extends ExecutorContext> extends LoadedSchema {
  operations: LruCache<CompiledOperation<C>>
}

const cacheSize = { maxCount: 2_000, maxKeyChars: 1_000_000 }

/**
 * Creates an executor for the gateway's current supergraph. A reload replaces the schema and its compiled operations together;
 * operations in progress finish with the schema that they started with.
 */
export function createCompiledExecutor<C extends ExecutorContext>(
  gateway: ApolloGateway,
  { sendTo, responseCostOf, onPlanning }: CompiledExecutorOptions<C>,
): CompiledExecutor<C> {
  let loaded: LoadedOperations<C> | null = null
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
    loaded = { ...currentSchema(gateway, coreSupergraphSdl), operations: createLruCache(cacheSize) }
  })
  const compile: CompiledExecutor<C>['compile'] = ({ document, operationName, key, context }) => {
    if (!loaded) throw new Error('no supergraph is loaded')
    const name = operationName ? `${key} ${operationName}` : key
    const cached = loaded.operations.get(name)
    if (cached) return cached
    const reportPlanning = (planningContext: C): void => onPlanning?.(planningContext, document.loc?.source.body ?? '')
    if (context) reportPlanning(context)
    const planned = planOperation(loaded, document, operationName)
    const compiled = compileOperation(
      { ...loaded, sendTo, responseCost: responseCostOf?.(loaded.apiSchema), onPlanning: reportPlanning },
      planned,
    )
    loaded.operations.set(name, compiled)
    return compiled
  }
  return {
    compile,
    planOf: ({ document, operationName }) => {
      if (!loaded) throw new Error('no supergraph is loaded')
      return planOperation(loaded, document, operationName).plan
    },
    operationCount: () => loaded?.operations.size() ?? 0,
    execute: async (request) => {
      const operation = compile(request)
      const variables = operation.coerceVariables(request.variables ?? {})
      const errors = operation.validateVariables(variables)
      return errors.length > 0 ? { errors } : await operation.run(variables, request.context)
    },
  }
}
