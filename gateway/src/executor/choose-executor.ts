import type { ApolloGateway } from '@apollo/gateway'
import type { Log } from '@tikitu/kit/base/log'
import { type DocumentNode, type GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql'
import type { GatewayContext } from '../context.ts'
import type { CostRules } from '../cost/collect-costs.ts'
import { planAhead } from '../operations/plan-ahead.ts'
import type { Outcome } from './compile-operation.ts'
import { type CompiledExecutor, createCompiledExecutor, type ExecutorRequest } from './compiled-executor.ts'
import { dataText } from './data-text.ts'
import type { Execute, ExecutorMode } from './executor-mode.ts'
import { onlyOperation } from './one-operation.ts'
import type { Send } from './run.ts'
import { shadowed } from './shadow.ts'
import { misfitError } from './shaping.ts'
import { asksForPlan, withPlan } from './show-plan.ts'

export interface ExecutorOptions {
  mode: ExecutorMode
  sendTo: (subgraph: string) => Send
  /** What answers are weighed by; null when nobody wants to know what they cost. */
  costs: () => CostRules | null
  /** Called with the request context for each operation that is not planned yet. */
  onPlanning: (context: GatewayContext, text: string) => void
  /** Whether whoever asks for the plan of an operation is shown it. */
  exposePlans: boolean
  log: Log
}

/** Puts the wanted executor into the gateway, before it loads. The compiled one comes back when it is in use. */
export function chooseExecutor(gateway: ApolloGateway, options: ExecutorOptions): CompiledExecutor | null {
  const stock = improved(gateway.executor)
  const warmStock: Execute = ({ document, queryHash }) => planAhead(gateway, { document, queryHash }) as never
  if (options.mode === 'stock') {
    gateway.executor = async (request) => (isWarmUp(request) ? await warmStock(request) : await stock(request))
    return null
  }
  const compiled = createCompiledExecutor(gateway, options)
  const run: Execute = async (request) => resultOf(await compiled.execute(requestOf(request))) as never
  const answering = options.mode === 'compiled' ? run : shadowed({ stock, run, log: options.log })
  gateway.executor = async (request) => {
    if (isWarmUp(request)) {
      if (options.mode === 'shadow') await warmStock(request)
      compiled.compile(requestOf(request))
      return { data: null }
    }
    const answer = await answering(request)
    if (options.mode !== 'compiled' || !options.exposePlans || !asksForPlan(request)) return answer
    return withPlan(request, answer, compiled.planOf(requestOf(request)))
  }
  return compiled
}

/**
 * Apollo's executor, but that it does not fail on fragments of other operations than the one that is asked for, and that what does not
 * fit the schema is an error.
 */
function improved(stock: Execute): Execute {
  const known = new WeakMap<OperationDefinitionNode, DocumentNode>()
  return async (request) => {
    const operation = getOperationAST(request.document, request.request.operationName)
    if (!operation) return await stock(request)
    const document = known.get(operation) ?? onlyOperation(request.document, operation)
    known.set(operation, document)
    return withMisfitErrors(await stock({ ...request, document }))
  }
}

function withMisfitErrors(result: Awaited<ReturnType<Execute>>) {
  const { valueCompletion, ...extensions } = (result.extensions ?? {}) as { valueCompletion?: readonly GraphQLError[] }
  if (!valueCompletion) return result
  const misfits = valueCompletion.map(({ message, path }) => misfitError(message, path))
  const isExtended = Object.keys(extensions).length > 0
  return { data: result.data, errors: [...(result.errors ?? []), ...misfits], ...(isExtended && { extensions }) }
}

function requestOf({ request, document, queryHash, context }: Parameters<Execute>[0]): ExecutorRequest {
  const { operationName, variables } = request
  return {
    document,
    operationName: operationName ?? undefined,
    variables,
    key: queryHash,
    context: context as GatewayContext,
  }
}

function resultOf({ data, ...rest }: Outcome) {
  return data === undefined ? rest : { ...rest, data: dataText(data) }
}

function isWarmUp({ context }: Parameters<Execute>[0]): boolean {
  return (context as GatewayContext).isWarmUp === true
}
