import type { Log } from '@tikitu/kit/base/log'
import type { GraphQLFormattedError } from 'graphql'
import type { ExecutorContext } from './executor-context.ts'
import type { Execute } from './executor-mode.ts'
import { isObject } from './lib/own-property.ts'
import { misfitCode } from './write/writer-context.ts'

export interface Shadowing {
  stock: Execute
  run: Execute
  log: Log
}

interface Result {
  data?: unknown
  errors?: readonly GraphQLFormattedError[]
}

/** Answers with Apollo's executor, runs queries on ours as well, and logs where they differ. What changes things runs once. */
export function shadowed({ stock, run, log }: Shadowing): Execute {
  return async (request) => {
    const answer = await stock(request)
    if (request.operation?.operation !== 'query') return answer
    const { requestId } = request.context as ExecutorContext
    const about = { requestId, operation: request.operationName, hash: request.queryHash }
    run(request)
      .then((ours) => {
        const differing = differences(answer as Result, ours as Result)
        if (differing.length > 0) log.warn({ ...about, differing }, 'the executors differ')
      })
      .catch((err: unknown) => log.warn({ ...about, err }, 'the compiled executor failed'))
    return answer
  }
}

function differences(stock: Result, ours: Result): string[] {
  const isSameData = dataOf(stock) === dataOf(ours)
  const isSameError = hasSameErrors(stock.errors ?? [], ours.errors ?? [])
  return [...(isSameData ? [] : ['data']), ...(isSameError ? [] : ['errors'])]
}

/** The order of fields does not count: the stock executor puts fragments of one type together. */
function dataOf({ data }: Result): string {
  return JSON.stringify(JSON.parse(JSON.stringify(data ?? null)), inOrder)
}

function inOrder(_key: string, value: unknown): unknown {
  if (!isObject(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

type Errors = readonly GraphQLFormattedError[]

/** The stock executor tells an outage at no path, where ours tells it at each; and what does not fit the schema only when it is alone. */
function hasSameErrors(stock: Errors, ours: Errors): boolean {
  const others = stock.filter((error) => !isMisfit(error))
  const own = ours.filter((error) => !isMisfit(error))
  const isSame =
    others.every((error) => own.some((one) => isOf(one, error))) &&
    own.every((one) => others.some(({ message }) => one.message === message))
  return isSame && (others.length > 0 || placesOf(stock) === placesOf(ours))
}

function isMisfit({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.['code'] === misfitCode
}

/** Whether it is that error, at its place or below. */
function isOf(one: GraphQLFormattedError, { message, path }: GraphQLFormattedError): boolean {
  const at = namesIn(one.path)
  return one.message === message && namesIn(path).every((key, index) => at[index] === key)
}

function placesOf(errors: Errors): string {
  return JSON.stringify(errors.map(({ message, path }) => JSON.stringify([message, namesIn(path)])).sort())
}

/** Numbers do not count: the stock executor miscounts entities that it did not ask for. */
function namesIn(path: readonly (string | number)[] = []): (string | number)[] {
  return path.filter((key) => typeof key === 'string')
}
