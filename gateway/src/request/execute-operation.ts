import type { Execute } from '@tikitu/federation-executor/executor-mode'
import { asGraphQLError } from '@tikitu/federation-executor/lib/as-graphql-error'
import { type GraphQLError, Kind } from 'graphql'
import type { ParsedOperation } from '../operations/parse-operation.ts'
import type { GatewayContext } from './context.ts'
import { withCode } from './with-code.ts'

/** The result of an operation: its errors are not masked yet. */
export type OperationResult = Awaited<ReturnType<Execute>>

interface OperationRequest {
  prepared: ParsedOperation
  operationName?: string | null
  variables: Record<string, unknown>
}

/** Executes a validated operation. `failedStatus` is the status of a result without data whose errors have none. */
export async function executeOperation(
  execute: Execute,
  { prepared, operationName, variables }: OperationRequest,
  context: GatewayContext,
): Promise<{ result: OperationResult; failedStatus: number }> {
  const { schema, document, hash, operation } = prepared
  const request = { operationName: operationName ?? undefined, variables }
  try {
    const result = await execute({ schema, document, queryHash: hash, operation, request, context } as never)
    return { result, failedStatus: 400 }
  } catch (error) {
    return { result: { errors: [asGraphQLError(error)] }, failedStatus: 500 }
  }
}

/** No headers. */
export const noHeaders: ReadonlyMap<string, string> = new Map()

/** The HTTP details of errors: the last status and all headers. */
export function headOf(errors: readonly GraphQLError[]): {
  status: number | null
  headers: ReadonlyMap<string, string>
} {
  let status: number | null = null
  const headers = new Map<string, string>()
  for (const { extensions } of errors) {
    const http = extensions['http'] as { status?: number; headers?: ReadonlyMap<string, string> } | undefined
    status = http?.status ?? status
    for (const [name, value] of http?.headers ?? noHeaders) headers.set(name, value)
  }
  return { status, headers }
}

/** An invalid variable value is a client error. */
export function withInputCode(error: GraphQLError): GraphQLError {
  const { nodes, extensions } = error
  const isOfVariable = nodes?.length === 1 && nodes[0]?.kind === Kind.VARIABLE_DEFINITION
  return isOfVariable && extensions['code'] === undefined ? withCode(error, 'BAD_USER_INPUT') : error
}
