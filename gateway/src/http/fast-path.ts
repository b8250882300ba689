import type { IncomingMessage } from 'node:http'
import type { Execute } from '@tikitu/federation-executor/executor-mode'
import { createLruCache } from '@tikitu/federation-executor/lib/lru-cache'
import { stringifyResult } from '@tikitu/federation-executor/write/raw-json'
import type { ParsedOperation, ParseOperation } from '../operations/parse-operation.ts'
import type { GatewayContext } from '../request/context.ts'
import { executeOperation, headOf, noHeaders, withInputCode } from '../request/execute-operation.ts'
import type { ErrorMask } from '../request/mask-errors.ts'
import { acceptedStatus } from './accepted-status.ts'
import { cacheControlOf } from './cache-header.ts'
import { createPlainRequestReader, type PlainRequest } from './plain-request.ts'

/** A response to write. */
export interface FastResponse {
  status: number
  type: string
  headers: ReadonlyMap<string, string>
  cacheControl: string
  body: string
}

export interface FastPathOptions {
  prepare: ParseOperation
  execute: Execute
  mask: ErrorMask
  /** Whether clients may register operations by hash (automatic persisted queries). */
  remembers: boolean
}

/** Executes simple requests without Apollo Server's plugin pipeline, which takes longer than most operations. */
export interface FastPath {
  /**
   * Responds to a request; null when Apollo Server has to: for unusual request forms, invalid operations, or an `accept` header not seen
   * before.
   */
  find: (
    request: IncomingMessage,
    asked: { body: unknown },
    context: GatewayContext,
  ) => (() => Promise<FastResponse>) | null
  /**
   * Learns the content type that Apollo Server chose for an `accept` header. Error responses may have another type, so they are ignored.
   */
  learn: (request: IncomingMessage, answered: { status: number; type: string | undefined }) => void
}

interface FastRequest {
  prepared: ParsedOperation
  plain: PlainRequest
  accept: string
  type: string
}

const acceptsKept = { maxCount: 500, maxKeyChars: 50_000 }

/** Creates the fast path. It responds like Apollo Server: with the same statuses, headers and bodies. */
export function createFastPath(options: FastPathOptions): FastPath {
  const readPlain = createPlainRequestReader(options.remembers)
  const types = createLruCache<string>(acceptsKept)
  return {
    find: ({ method, headers }, { body }, context) => {
      const accept = headers.accept ?? ''
      const type = types.get(accept)
      if (!type || method !== 'POST' || headers['apollo-query-plan-experimental'] !== undefined) return null
      const plain = readPlain(body)
      const prepared = plain && options.prepare(plain.query, plain.operationName, context)
      if (!prepared || 'errors' in prepared || prepared.operation.operation === 'subscription') return null
      return () => answer(options, { prepared, plain, accept, type }, context)
    },
    learn: ({ method, headers }, { status, type }) => {
      if (method === 'POST' && status === 200 && type && jsonTypes.has(type)) types.set(headers.accept ?? '', type)
    },
  }
}

const jsonTypes = new Set(['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'])

async function answer(
  { execute, mask }: FastPathOptions,
  quick: FastRequest,
  context: GatewayContext,
): Promise<FastResponse> {
  const { prepared, plain, accept, type } = quick
  const { result, failedStatus } = await executeOperation(execute, { prepared, ...plain }, context)
  if (!result.errors) {
    const cacheControl = cacheControlOf(context, false)
    return { status: 200, type, headers: noHeaders, cacheControl, body: bodyOf(result) }
  }
  const { status, headers } = headOf(result.errors)
  const errors = mask.showAll(result.errors.map(withInputCode), context.requestId)
  return {
    status: acceptedStatus(status ?? (result.data === undefined ? failedStatus : 200), errors, accept),
    type,
    headers,
    cacheControl: cacheControlOf(context, true),
    body: bodyOf({ ...result, errors }),
  }
}

function bodyOf(result: object): string {
  return `${stringifyResult(result as Record<string, unknown>)}\n`
}
