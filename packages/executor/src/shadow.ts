import type { Log } from '@tikitu/kit/base/log'
import type { GraphQLFormattedError } from 'graphql'
import type { ExecutorContext } from './executor-context.ts'
import type { Execute } from './executor-mode.ts'
import { isObject } from './lib/own-property.ts'
import { invalidValueCode } from './write/writer-context.ts'

export interface ShadowOptions {
  stock: Execute
  run: Execute
  log: Log
}

interface Result {
  data?: unknown
  errors?: readonly GraphQLFormattedError[]
}

/** Responds with Apollo's executor, also runs queries on the compiled one, and logs differences. Mutations run once. */
export function withShadow({ stock, run, log }: ShadowOptions): Execute {
  return async (request) => {
    const response = await stock(request)
    if (request.operation?.operation !== 'query') return response
    const { requestId } = request.context as ExecutorContext
    const about = { requestId, operation: request.operationName, hash: request.queryHash }
    run(request)
      .then((ours) => {
        const differing = differingParts(response as Result, ours as Result)
        if (differing.length > 0) log.warn({ ...about, differing }, 'the executors differ')
      })
      .catch((err: unknown) => log.warn({ ...about, err }, 'the compiled executor failed'))
    return response
  }
}

function differingParts(stock: Result, ours: Result): string[] {
  const isSameData = dataOf(stock) === dataOf(ours)
  const isSameError = hasSameErrors(stock.errors ?? [], ours.errors ?? [])
  return [...(isSameData ? [] : ['data']), ...(isSameError ? [] : ['errors'])]
}

/** Ignores the order of fields: the stock executor groups fragments by type. */
function dataOf({ data }: Result): string {
  return JSON.stringify(JSON.parse(JSON.stringify(data ?? null)), sortKeys)
}

function sortKeys(_key: string, value: unknown): unknown {
  if (!isObject(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

type Errors = readonly GraphQLFormattedError[]

/**
 * The stock executor reports an outage once without a path, this one at each missing field. And it reports invalid values only when
 * there are no other errors.
 */
function hasSameErrors(stock: Errors, ours: Errors): boolean {
  const others = stock.filter((error) => !isInvalidValue(error))
  const own = ours.filter((error) => !isInvalidValue(error))
  const isSame =
    others.every((error) => own.some((one) => isAtOrBelow(one, error))) &&
    own.every((one) => others.some(({ message }) => one.message === message))
  return isSame && (others.length > 0 || pathsOf(stock) === pathsOf(ours))
}

function isInvalidValue({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.['code'] === invalidValueCode
}

/** Whether both are the same error, at the same path or below it. */
function isAtOrBelow(one: GraphQLFormattedError, { message, path }: GraphQLFormattedError): boolean {
  const at = namesIn(one.path)
  return one.message === message && namesIn(path).every((key, index) => at[index] === key)
}

function pathsOf(errors: Errors): string {
  return JSON.stringify(errors.map(({ message, path }) => JSON.stringify([message, namesIn(path)])).sort())
}

/** Ignores list indexes: the stock executor counts only the entities that it requested. */
function namesIn(path: readonly (string | number)[] = []): (string | number)[] {
  return path.filter((key) => typeof key === 'string')
}
