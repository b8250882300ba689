import type { ApolloServerOptionsWithGateway } from '@apollo/server'
import {
  type DocumentNode,
  execute,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Viewer } from '../auth/viewer.ts'
import type { Log } from '../base/log.ts'
import { findInvalidText } from '../base/storable-text.ts'
import { computeCacheControl } from '../graphql/cache-control.ts'
import { formatExecutionError } from '../graphql/format-error.ts'
import { executeByGraphqlJs, executeByJit } from './contenders.ts'
import { createExecution, type Execute } from './execute.ts'

/** What Apollo's server can be given to execute with, in place of graphql-js. */
type Executor = ApolloServerOptionsWithGateway<never>['gateway']

/** A whole answer, with the value of its `cache-control`. */
export interface OperationResponse {
  text: string
  cacheControl: string
}

/** Operations that were answered before. */
export interface OperationCache<C> {
  /** What Apollo's server executes with. What it lets through is valid, and known from then on. */
  executor: Executor
  /** The answer to an operation that is known; null when it is not, or the request is in any way unusual: then nothing was done. */
  answer: (request: unknown, createCtx: () => C) => Promise<OperationResponse | null>
}

interface CachedOperation {
  document: DocumentNode
  operation: OperationDefinitionNode
  operationName: string | undefined
}

interface PlainRequest {
  query: string
  operationName: string | undefined
  variables: Record<string, unknown> | undefined
}

const maxOperations = 2_000
/** Longer ones are not kept: the gateway's own limit is far below. */
const maxTextLength = 64_000

/**
 * A gateway sends the same few operations all day. The first time, Apollo's server reads one, judges it and has it executed;
 * after that it is executed at once, and answered in the same bytes.
 */
export function createOperationCache<C extends { viewer: Viewer }>(
  schema: GraphQLSchema,
  log: Log,
  name: 'compiled' | 'execute' | 'jit' = 'compiled',
): OperationCache<C> {
  const operations = new LRUCache<string, CachedOperation>({ max: maxOperations })
  const run = executions[name](schema)
  const executor: Executor = {
    onSchemaLoadOrUpdate: (take) => {
      take({ apiSchema: schema, coreSupergraphSdl: '' })
      return () => undefined
    },
    load: async () => ({
      executor: async ({ document, operation, request, source, context }) => {
        const { variables, operationName } = request
        // When none can be told from the others, graphql-js says what is wrong.
        if (!operation) return await execute({ schema, document, operationName })
        if (source.length <= maxTextLength) operations.set(source, { document, operation, operationName })
        return await run({ document, operation, variables, contextValue: context })
      },
    }),
    stop: async () => undefined,
  }
  const answer = async (body: unknown, createCtx: () => C): Promise<OperationResponse | null> => {
    const request = readRequest(body)
    const known = request && operations.get(request.query)
    if (!known || known.operationName !== request.operationName) return null
    if (request.variables && findInvalidText(request.variables) !== null) return null
    const contextValue = createCtx()
    const caching = computeCacheControl(schema, known, contextValue)
    const { data, errors } = await run({ ...known, variables: request.variables, contextValue })
    // Variables were refused: nothing was done yet, and Apollo's server says it in its own way.
    if (data === undefined) return null
    const result: FormattedExecutionResult = { errors: errors?.map((error) => formatExecutionError(log, error)), data }
    return { text: `${JSON.stringify(result)}\n`, cacheControl: caching(!!errors) }
  }
  return { executor, answer }
}

const executions: Readonly<Record<'compiled' | 'execute' | 'jit', (schema: GraphQLSchema) => Execute>> = {
  compiled: createExecution,
  execute: executeByGraphqlJs,
  jit: executeByJit,
}

/** The request in its plain form; null for every other form. */
function readRequest(body: unknown): PlainRequest | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null
  const { query, operationName, variables, ...others } = body as Record<string, unknown>
  for (const _name in others) return null
  if (typeof query !== 'string') return null
  if (operationName !== undefined && typeof operationName !== 'string') return null
  if (variables !== undefined && (typeof variables !== 'object' || variables === null || Array.isArray(variables))) {
    return null
  }
  return { query, operationName, variables: variables as PlainRequest['variables'] }
}
