import type { ApolloGateway } from '@apollo/gateway'
import type { Log } from '@tikitu/kit/base/log'
import { type DocumentNode, type GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql'
import type { Outcome } from './compile/compile-operation.ts'
import {
  type CompiledExecutor,
  type CompiledExecutorOptions,
  createCompiledExecutor,
  type ExecutorRequest,
} from './compiled-executor.ts'
import type { ExecutorContext } from './executor-context.ts'
import type { Execute, ExecutorMode } from './executor-mode.ts'
import { onlyOperation } from './plan/one-operation.ts'
import { planAhead } from './plan/plan-ahead.ts'
import { asksForPlan, withPlan } from './plan/show-plan.ts'
import { shadowed } from './shadow.ts'
import { dataText } from './write/raw-json.ts'
import { misfitError } from './write/writer-context.ts'

export interface ExecutorOptions<C extends ExecutorContext> extends CompiledExecutorOptions<C> {
  mode: ExecutorMode
  /** Whether whoever asks for the plan of an operation is shown it. */
  exposePlans: boolean
  log: Log
}

/** Puts the wanted executor into the gateway, before it loads. The compiled one comes back when it is in use. */
export function installExecutor<C extends ExecutorContext>(
  gateway: ApolloGateway,
  options: ExecutorOptions<C>,
): CompiledExecutor<C> | null {
  const stock = improved(gateway.executor)
  const warmStock: Execute = ({ document, queryHash }) => planAhead(gateway, { document, queryHash }) as never
  if (options.mode === 'stock') {
    gateway.executor = async (request) => (isWarmUp(request) ? await warmStock(request) : await stock(request))
    return null
  }
  const compiled = createCompiledExecutor(gateway, options)
  const run: Execute = async (request) => resultOf(await compiled.execute(requestOf<C>(request))) as never
  const answering = options.mode === 'compiled' ? run : shadowed({ stock, run, log: options.log })
  gateway.executor = async (request) => {
    if (isWarmUp(request)) {
      if (options.mode === 'shadow') await warmStock(request)
      compiled.compile(requestOf<C>(request))
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

function requestOf<C extends ExecutorContext>({
  request,
  document,
  queryHash,
  context,
}: Parameters<Execute>[0]): ExecutorRequest<C> {
  const { operationName, variables } = request
  return {
    document,
    operationName: operationName ?? undefined,
    variables,
    key: queryHash,
    context: context as C,
  }
}

function resultOf({ data, ...rest }: Outcome) {
  return data === undefined ? rest : { ...rest, data: dataText(data) }
}

function isWarmUp({ context }: Parameters<Execute>[0]): boolean {
  return (context as ExecutorContext).isWarmUp === true
}
