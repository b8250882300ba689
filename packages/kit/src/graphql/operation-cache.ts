import type { ApolloServerPlugin } from '@apollo/server'
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { findInvalidText } from '../base/storable-text.ts'
import { createTextCache } from './text-cache.ts'

/** An operation that Apollo Server has validated, and the operation name of the request. */
interface ValidOperation {
  document: DocumentNode
  operation: OperationDefinitionNode
  operationName: string | undefined
}

/** A request for such an operation. */
export interface KnownRequest extends ValidOperation {
  variables: Record<string, unknown> | undefined
}

/** Valid operations by their text. The least recently used are dropped. */
export interface OperationCache {
  /** Caches each operation that Apollo Server starts to execute: it is valid, and no plugin has refused it. */
  plugin: ApolloServerPlugin
  /** Null when the operation is not cached, or the request needs Apollo Server for another reason. */
  find: (request: unknown) => KnownRequest | null
}

interface PlainRequest {
  query: string
  operationName: string | undefined
  variables: Record<string, unknown> | undefined
}

const maxOperations = 2_000

/** Saves parsing and validating the gateway's few recurring operations. */
export function createOperationCache(): OperationCache {
  const operations = createTextCache<ValidOperation>(maxOperations)
  const plugin: ApolloServerPlugin = {
    requestDidStart: async () => ({
      executionDidStart: async ({ source, document, operation, request }) => {
        // Despite its type, Apollo Server comes here with an operation that cannot be told from the others.
        if (operation) operations.set(source, { document, operation, operationName: request.operationName })
      },
    }),
  }
  const find = (body: unknown): KnownRequest | null => {
    const request = readPlainRequest(body)
    const known = request && operations.get(request.query)
    if (!known || known.operationName !== request.operationName) return null
    if (request.variables && findInvalidText(request.variables) !== null) return null
    return { ...known, variables: request.variables }
  }
  return { plugin, find }
}

/** The request in its plain form; null for every other form. */
function readPlainRequest(body: unknown): PlainRequest | null {
  if (!isRecord(body)) return null
  const { query, operationName, variables, ...others } = body
  for (const _name in others) return null
  if (typeof query !== 'string') return null
  if (operationName !== undefined && typeof operationName !== 'string') return null
  if (variables !== undefined && !isRecord(variables)) return null
  return { query, operationName, variables }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
