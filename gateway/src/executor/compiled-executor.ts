import type { ApolloGateway } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'
import type { GatewayContext } from '../context.ts'
import type { CostRules } from '../cost/collect-costs.ts'
import { type CompiledOperation, compileOperation, type Outcome } from './compile-operation.ts'
import { currentGeneration, type Generation } from './generation.ts'
import { planAsked } from './plan-asked.ts'
import { createRecentCache, type RecentCache } from './recent-cache.ts'
import type { Send } from './run.ts'

/** A request as the executor needs it. */
export interface ExecutorRequest {
  document: DocumentNode
  operationName: string | undefined
  variables: Readonly<Record<string, unknown>> | undefined
  context: GatewayContext
  /** What the document is known by. */
  key: string
}

export interface CompiledExecutorOptions {
  sendTo: (subgraph: string) => Send
  /** What answers are weighed by; null when nobody wants to know what they cost. */
  costs?: () => CostRules | null
  /** Called with the request context for each operation that is not planned yet. */
  onPlanning?: (context: GatewayContext, text: string) => void
}

/** Runs operations over the subgraphs by compiled plans. */
export interface CompiledExecutor {
  execute: (request: ExecutorRequest) => Promise<Outcome>
  /** Plans and compiles, or finds what was. @throws GraphQLError when it cannot be planned */
  compile: (
    request: Pick<ExecutorRequest, 'document' | 'operationName' | 'key'> & { context?: GatewayContext },
  ) => CompiledOperation
  /** The plan of an operation, made anew. @throws GraphQLError when it cannot be planned */
  planOf: (request: Pick<ExecutorRequest, 'document' | 'operationName'>) => QueryPlan
  /** Operations compiled by the load in use. */
  count: () => number
}

interface Load extends Generation {
  operations: RecentCache<CompiledOperation>
}

const cacheSize = { maxCount: 2_000, maxKeyChars: 1_000_000 }

/**
 * An executor over what the gateway has loaded. A load and its compiled operations are swapped as one, and what runs ends with
 * what it began with.
 */
export function createCompiledExecutor(
  gateway: ApolloGateway,
  { sendTo, costs, onPlanning }: CompiledExecutorOptions,
): CompiledExecutor {
  let load: Load | null = null
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
    load = { ...currentGeneration(gateway, coreSupergraphSdl), operations: createRecentCache(cacheSize) }
  })
  const compile: CompiledExecutor['compile'] = ({ document, operationName, key, context }) => {
    if (!load) throw new Error('no supergraph is loaded')
    const name = operationName ? `${key} ${operationName}` : key
    const known = load.operations.get(name)
    if (known) return known
    const charge = (payer: GatewayContext): void => onPlanning?.(payer, document.loc?.source.body ?? '')
    if (context) charge(context)
    const planned = planAsked(load, document, operationName)
    const compiled = compileOperation({ ...load, sendTo, costs: costs?.() ?? null, onPlanning: charge }, planned)
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
