import { createLog } from '@tikitu/kit/base/log'
import { createClient } from 'graphql-ws'
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { startGateway, type TestGateway } from '../harness.ts'
import { socketUrl, withLiveGateway } from './live-gateway.ts'
import { openSse } from './sse-client.ts'

interface Subscription {
  query: string
  variables?: Record<string, unknown>
  operationName?: string
}

interface Answer {
  data?: unknown
  errors?: { message: string; path?: unknown[]; extensions: { code: string } }[]
}

const live = withLiveGateway()
const errors: unknown[] = []
let gateway: TestGateway

beforeAll(async () => {
  const log = Object.assign(Object.create(createLog('gateway', 'silent')), {
    error: (line: unknown) => void errors.push(line),
  })
  gateway = await startGateway([live.graph.booking, live.graph.partner], live.pool, { log })
  return gateway.close
})
beforeEach(() => {
  errors.length = 0
})
afterEach(() => {
  expect(errors).toEqual([])
})

/** The first response over server-sent events. */
async function overSse(subscription: Subscription): Promise<Answer> {
  const stream = await openSse(gateway.url, subscription)
  onTestFinished(() => stream.close())
  const isStream = stream.headers.get('content-type')?.startsWith('text/event-stream')
  return isStream ? (await stream.next())?.json : await stream.json()
}

/** The first response over a WebSocket, or the errors of its operation. */
async function overWebSocket({ operationName, ...rest }: Subscription): Promise<Answer> {
  const client = createClient({ url: socketUrl({ url: gateway.url }), webSocketImpl: WebSocket, retryAttempts: 0 })
  onTestFinished(() => void client.dispose())
  return await new Promise<Answer>((resolve, reject) => {
    const stop = client.subscribe<unknown>(
      { ...rest, ...(operationName !== undefined && { operationName }) },
      {
        next: (answer) => {
          resolve(answer as Answer)
          stop()
        },
        error: (refusal) => (Array.isArray(refusal) ? resolve({ errors: refusal }) : reject(refusal)),
        complete: () => reject(new Error('it ended without an answer')),
      },
    )
  })
}

const seats = (selection: string) => `{ seats(performanceId: "p1") { ${selection} } }`
const refused: [string, Subscription, string][] = [
  ['no operation', { query: 'fragment F on Subscription { refused }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['invalid GraphQL', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', { query: 'subscription { nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['an argument that is not there', { query: 'subscription { refused(a: 1) }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['a literal of another type', { query: 'subscription { countTo(last: "x") }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['two root fields', { query: 'subscription { refused countTo(last: 1) }' }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'an unknown operationName',
    { query: 'subscription A { countTo(last: 1) }', operationName: 'B' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'an undetermined operation',
    { query: 'subscription A { countTo(last: 1) } subscription B { countTo(last: 2) }' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['an unknown variable', { query: 'subscription { countTo(last: $n) }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['a missing variable', { query: 'subscription A($n: Int!) { countTo(last: $n) }' }, 'BAD_USER_INPUT'],
  [
    'a variable of another type',
    { query: 'subscription A($n: Int!) { countTo(last: $n) }', variables: { n: 'x' } },
    'BAD_USER_INPUT',
  ],
  [
    'an Int that is too large',
    { query: 'subscription A($n: Int!) { countTo(last: $n) }', variables: { n: 2 ** 31 } },
    'BAD_USER_INPUT',
  ],
  [
    'a null for an argument of the root field',
    { query: 'subscription A($n: Int = 3) { countTo(last: $n) }', variables: { n: null } },
    'BAD_USER_INPUT',
  ],
]

describe.each([
  ['server-sent events', overSse],
  ['WebSocket', overWebSocket],
])('over %s', (_name, run) => {
  test.each(refused)('%s is a client error', async (...[, subscription, code]) => {
    const { data, errors: told } = await run(subscription)
    expect([data ?? null, told?.map(({ extensions }) => extensions.code)]).toEqual([null, [code]])
  })

  test.each([
    ['a cursor that is none', seats('free page(after: $v)'), 'String', 'nonsense'],
    ['a null for an argument below', seats('free page(first: $v)'), 'Int = 3', null],
    ['a null for @include below', seats('free performance { title @include(if: $v) }'), 'Boolean = true', null],
  ])('%s is an error in each event, at its path', async (...[, selection, type, v]) => {
    const { data, errors: told } = await run({ query: `subscription ($v: ${type}) ${selection}`, variables: { v } })
    const field = selection.includes('page') ? 'page' : 'performance'
    expect(told?.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['seats', field], 'BAD_USER_INPUT']])
    expect(data).toEqual({ seats: field === 'page' ? { free: 10, page: null } : null })
  })

  test('an error of the service keeps its code', async () => {
    const { data, errors: told } = await run({ query: 'subscription { refused }' })
    expect([data, told?.map(({ extensions }) => extensions.code)]).toEqual([{ refused: null }, ['NOT_FOUND']])
  })

  test('a valid subscription has events', async () => {
    const query = `subscription ($v: String) ${seats('free page(after: $v)')}`
    expect(await run({ query, variables: { v: 'ours' } })).toEqual({
      data: { seats: { free: 10, page: '10 after ours' } },
    })
    expect(await run({ query, variables: { v: null } })).toEqual({
      data: { seats: { free: 10, page: '10 after null' } },
    })
  })
})
