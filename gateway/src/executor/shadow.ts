import type { Log } from '@tikitu/kit/log'
import type { GraphQLFormattedError } from 'graphql'
import type { GatewayContext } from '../context.ts'
import type { Execute } from './choose-executor.ts'
import { isObject } from './own.ts'

export interface Shadowing {
  stock: Execute
  run: Execute
  log: Log
}

interface Result {
  data?: unknown
  errors?: readonly GraphQLFormattedError[]
  extensions?: Record<string, unknown>
}

/** Answers with Apollo's executor, runs queries on ours as well, and logs where they differ. What changes things runs once. */
export function shadowed({ stock, run, log }: Shadowing): Execute {
  return async (request) => {
    const answer = await stock(request)
    if (request.operation?.operation !== 'query') return answer
    const { requestId } = request.context as GatewayContext
    const about = { requestId, operation: request.operationName, hash: request.queryHash }
    run(request)
      .then((ours) => {
        const differing = differences(comparable(answer as Result), comparable(ours as Result))
        if (differing.length > 0) log.warn({ ...about, differing }, 'the executors differ')
      })
      .catch((err: unknown) => log.warn({ ...about, err }, 'the compiled executor failed'))
    return answer
  }
}

/** The order of fields does not count: the stock executor puts fragments of one type together. */
function comparable({ data, errors, extensions }: Result) {
  return {
    data: JSON.stringify(JSON.parse(JSON.stringify(data ?? null)), inOrder),
    errors: sorted(errors),
    valueCompletion: sorted(extensions?.['valueCompletion'] as Result['errors']),
  }
}

function inOrder(_key: string, value: unknown): unknown {
  if (!isObject(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Neither the order of errors nor numbers in their paths count: the stock executor miscounts entities that it did not ask for. */
function sorted(errors: Result['errors']): string {
  const told = errors?.map(({ message, path }) =>
    JSON.stringify([message, path?.filter((key) => typeof key === 'string')]),
  )
  return JSON.stringify(told?.sort() ?? null)
}

function differences(a: ReturnType<typeof comparable>, b: ReturnType<typeof comparable>): string[] {
  return (['data', 'errors', 'valueCompletion'] as const).filter((part) => a[part] !== b[part])
}
