import type { ApolloGateway } from '@apollo/gateway'
import type { Log } from '@tikitu/kit/base/log'
import { type DocumentNode, type GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql'
import type { SerializedResult } from './compile/compile-operation.ts'
import {
  type CompiledExecutor,
  type CompiledExecutorOptions,
  createCompiledExecutor,
  type ExecutorRequest,
} from './compiled-executor.ts'
import type { ExecutorContext } from './executor-context.ts'
import type { Execute, ExecutorMode } from './executor-mode.ts'
import { extractOperation } from './plan/extract-operation.ts'
import { isPlanRequested, withPlan } from './plan/show-plan.ts'
import { warmPlan } from './plan/warm-plan.ts'
import { withShadow } from './shadow.ts'
import { rawJson } from './write/raw-json.ts'
import { invalidValueError } from './write/writer-context.ts'

export interface ExecutorOptions<C extends ExecutorContext> extends CompiledExecutorOptions<C> {
  mode: ExecutorMode
  /** Whether responses include the query plan when a request asks for it. */
  exposePlans: boolean
  log: Log
}

/** Installs the executor of the given mode. Call it before `gateway.load()`. Returns the compiled executor, null in `stock` mode. */
export function installExecutor<C extends ExecutorContext>(
  gateway: ApolloGateway,
  options: ExecutorOptions<C>,
): CompiledExecutor<C> | null {
  const stock = withFixes(gateway.executor)
  const warmStock: Execute = ({ document, queryHash }) => warmPlan(gateway, { document, queryHash }) as never
  if (options.mode === 'stock') {
    gateway.executor = async (request) => (isWarmUp(request) ? await warmStock(request) : await stock(request))
    return null
  }
  const compiled = createCompiledExecutor(gateway, options)
  const run: Execute = async (request) => resultOf(await compiled.execute(requestOf<C>(request))) as never
  const execute = options.mode === 'compiled' ? run : withShadow({ stock, run, log: options.log })
  gateway.executor = async (request) => {
    if (isWarmUp(request)) {
      if (options.mode === 'shadow') await warmStock(request)
      compiled.compile(requestOf<C>(request))
      return { data: null }
    }
    const response = await execute(request)
    if (options.mode !== 'compiled' || !options.exposePlans || !isPlanRequested(request)) return response
    return withPlan(request, response, compiled.planOf(requestOf(request)))
  }
  return compiled
}

/**
 * Apollo's executor with two fixes: it accepts documents with fragments that only other operations use, and reports values that
 * do not match the schema as errors.
 */
function withFixes(stock: Execute): Execute {
  const operations = new WeakMap<OperationDefinitionNode, DocumentNode>()
  return async (request) => {
    const operation = getOperationAST(request.document, request.request.operationName)
    if (!operation) return await stock(request)
    const document = operations.get(operation) ?? extractOperation(request.document, operation)
    operations.set(operation, document)
    return withInvalidValueErrors(await stock({ ...request, document }))
  }
}

function withInvalidValueErrors(result: Awaited<ReturnType<Execute>>) {
  const { valueCompletion, ...extensions } = (result.extensions ?? {}) as { valueCompletion?: readonly GraphQLError[] }
  if (!valueCompletion) return result
  const invalidValues = valueCompletion.map(({ message, path }) => invalidValueError(message, path))
  const isExtended = Object.keys(extensions).length > 0
  return { data: result.data, errors: [...(result.errors ?? []), ...invalidValues], ...(isExtended && { extensions }) }
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

function resultOf({ data, ...rest }: SerializedResult) {
  return data === undefined ? rest : { ...rest, data: rawJson(data) }
}

function isWarmUp({ context }: Parameters<Execute>[0]): boolean {
  return (context as ExecutorContext).isWarmUp === true
}
