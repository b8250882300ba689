import { isObject } from '@tikitu/federation-executor/lib/own-property'
import { createLog } from '@tikitu/kit/base/log'
import { GraphQLScalarType } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashOf } from '../src/operations/read-manifest.ts'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common}
enum Order { SOONEST LATEST }
scalar Even
input Filter { text: String! order: Order count: Int }
type Query { echo(text: String, count: Int, yes: Boolean, id: ID, at: DateTime, filter: Filter, list: [Int!]): String @public
  must(text: String! = "a", list: [Int!]! = [1]): String @public
  even(n: Even, list: [Even!]): String @public }
type Mutation { act(filter: Filter!): String @public }
type Subscription { ticks: Int @public }`
const evenNumber = (value: unknown): number => {
  if (typeof value === 'number' && value % 2 === 0 && value < 1e9) return value
  throw new TypeError(`hunter2 says that ${value} is not even`)
}
const Even = new GraphQLScalarType({ name: 'Even', parseValue: evenNumber })
const resolvers = {
  Even,
  Query: { echo: () => 'echo', must: () => 'must', even: () => 'even' },
  Mutation: { act: () => 'done' },
}

let pool: TestPool
let subgraph: TestSubgraph
const gateways: Partial<Record<'compiled' | 'stock', TestGateway>> = {}
const errors: unknown[] = []

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
  const log = Object.assign(Object.create(createLog('gateway', 'silent')), {
    error: (line: unknown) => void errors.push(line),
  })
  for (const executor of ['compiled', 'stock'] as const)
    gateways[executor] = await startGateway([subgraph], pool, { executor, log })
})
beforeEach(() => {
  errors.length = 0
})
afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close()
  subgraph.close()
  pool.close()
})

const one = '{ echo }'
const given = (type: string, name: string) => `query A($v: ${type}) { echo(${name}: $v) }`
const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`)
const mistakes: [string, unknown][] = [
  ['no text', { query: '' }],
  ['spaces', { query: '  ' }],
  ['a comment', { query: '# nothing' }],
  ['no operation', { query: 'fragment F on Query { echo }' }],
  ['a type', { query: 'type Query { a: Int }' }],
  ['text that is none', { query: 7 }],
  ['text that is null', { query: null }],
  ['a null byte', { query: '{ echo(text: "\u0000") \u0000 }' }],
  ['a lone surrogate', { query: '{ echo\ud800 }' }],
  ['an unknown operationName', { query: one, operationName: 'B' }],
  ['an operationName that is none', { query: one, operationName: 7 }],
  ['an undetermined operation', { query: 'query A { echo } query B { echo }' }],
  ['two operations of one name', { query: 'query A { echo } query A { echo }', operationName: 'A' }],
  ['an operation beside a named one', { query: '{ echo } query B { echo }' }],
  ['variables that are a list', { query: one, variables: [1] }],
  ['variables that are a text', { query: one, variables: '"x"' }],
  ['extensions that are a list', { query: one, extensions: [1] }],
  ['extensions that are a text', { query: one, extensions: 'x' }],
  ['a persisted query that is none', { query: one, extensions: { persistedQuery: 1 } }],
  ['a hash of another text', { query: one, extensions: { persistedQuery: { version: 1, sha256Hash: hashOf('x') } } }],
  ['a hash that is no text', { extensions: { persistedQuery: { version: 1, sha256Hash: { a: 1 } } } }],
  ['a documentId that is none', { documentId: { a: 1 } }],
  ['an empty object', {}],
  ['a list of operations', [{ query: one }]],
  ['a number', 5],
  ['null', null],
  ['an unknown variable', { query: 'query A { echo(text: $v) }' }],
  ['a variable of an unknown type', { query: given('Nothing', 'text') }],
  ['a variable of an output type', { query: given('Query', 'text') }],
  ['a variable of another type', { query: given('Int', 'text'), variables: { v: 1 } }],
  ['a missing variable', { query: 'query A($v: Filter!) { echo(filter: $v) }' }],
  ['a null that may not be', { query: 'query A($v: Filter!) { echo(filter: $v) }', variables: { v: null } }],
  ['an Int that is too large', { query: given('Int', 'count'), variables: { v: 2 ** 31 } }],
  ['an Int with a fraction', { query: given('Int', 'count'), variables: { v: 1.5 } }],
  ['an Int that is a text', { query: given('Int', 'count'), variables: { v: '1' } }],
  ['an Int in the text that is too large', { query: '{ echo(count: 2147483648) }' }],
  ['an Int in the text without end', { query: `{ echo(count: ${'9'.repeat(400)}) }` }],
  ['a Boolean that is none', { query: given('Boolean', 'yes'), variables: { v: 'true' } }],
  ['an ID that is an object', { query: given('ID', 'id'), variables: { v: { a: 1 } } }],
  ['a String that is an object', { query: given('String', 'text'), variables: { v: { a: 1 } } }],
  ['a String that is very long and none', { query: given('Int', 'count'), variables: { v: 'x'.repeat(5_000) } }],
  ['a DateTime that is none', { query: given('DateTime', 'at'), variables: { v: '2026-02-30T00:00:00Z' } }],
  ['a DateTime in the text that is none', { query: '{ echo(at: "2026-02-30T00:00:00Z") }' }],
  ['a default that is none', { query: 'query A($v: DateTime = "x") { echo(at: $v) }' }],
  ['an enum that is none', { query: given('Filter', 'filter'), variables: { v: { text: 'a', order: 'FIRST' } } }],
  ['a field that is missing', { query: given('Filter', 'filter'), variables: { v: {} } }],
  ['an unknown field', { query: given('Filter', 'filter'), variables: { v: { text: 'a', nothing: 1 } } }],
  [
    'a field of a prototype',
    { query: given('Filter', 'filter'), variables: JSON.parse('{"v":{"text":"a","__proto__":{}}}') },
  ],
  ['an Int without end', { query: given('Int', 'count'), variables: '{"v":1e999}' }],
  ['a list that is deep', { query: given('[Int!]', 'list'), variables: { v: deep(1_000) } }],
  ['a null in a list', { query: given('[Int!]', 'list'), variables: { v: [1, null] } }],
  ['a condition that is none', { query: 'query A($v: String) { echo @skip(if: $v) }' }],
  [
    'a null for an argument that may not be',
    { query: 'query A($v: String = "a") { must(text: $v) }', variables: { v: null } },
  ],
  [
    'a null for an argument with a default',
    { query: 'query A($v: String) { must(text: $v) }', variables: { v: null } },
  ],
  ['a default of null', { query: 'query A($v: String = null) { must(text: $v) }' }],
  [
    'a null in a fragment',
    { query: 'query A($v: String = "a") { ...F } fragment F on Query { must(text: $v) }', variables: { v: null } },
  ],
  [
    'a null for a field that may not be',
    { query: 'query A($v: String = "a") { echo(filter: { text: $v }) }', variables: { v: null } },
  ],
  ['a null for an item', { query: 'query A($v: Int = 1) { must(list: [$v]) }', variables: { v: null } }],
  ['a null for @skip', { query: 'query A($v: Boolean = true) { echo @skip(if: $v) }', variables: { v: null } }],
  [
    'a null for @include',
    { query: 'query A($v: Boolean = true) { ... @include(if: $v) { echo } }', variables: { v: null } },
  ],
  [
    'a null for a mutation',
    { query: 'mutation A($v: String = "a") { act(filter: { text: $v }) }', variables: { v: null } },
  ],
  [
    'a null for a type’s name',
    { query: 'query A($v: String = "a") { __type(name: $v) { name } }', variables: { v: null } },
  ],
  [
    'a null for @skip in the schema',
    { query: 'query A($v: Boolean = true) { __schema { description @skip(if: $v) } }', variables: { v: null } },
  ],
  ['no type’s name', { query: 'query A($v: String!) { __type(name: $v) { name } }' }],
  ['a literal that only the service can tell from a good one', { query: '{ even(n: 3) }' }],
  ['a text that only the service can tell from a good one', { query: '{ a: even(n: 2) b: even(n: "3") }' }],
  ['an item that only the service can tell from a good one', { query: '{ even(list: [2, 3]) }' }],
  ['a literal that is long, too', { query: '{ even(n: 12345678901234567891) }' }],
  [
    'a variable that only the service can tell from a good one',
    { query: 'query A($v: Even) { even(n: $v) }', variables: { v: 3 } },
  ],
  [
    'a variable of the planner’s name',
    { query: 'query A($representations: Even) { even(n: $representations) }', variables: { representations: 3 } },
  ],
  ['a condition without a value', { query: 'query A($v: Boolean!) { echo @skip(if: $v) }' }],
  ['a condition that is missing', { query: '{ echo @skip }' }],
  ['an unknown directive', { query: '{ echo @nothing }' }],
  ['a directive at the wrong place', { query: 'query @skip(if: true) { echo }' }],
  ['a field without its selection', { query: '{ __schema }' }],
  ['a scalar with a selection', { query: '{ echo { a } }' }],
  ['fields that conflict', { query: '{ a: echo a: __typename }' }],
  ['a fragment that spreads itself', { query: '{ ...F } fragment F on Query { ...F }' }],
  ['a fragment that is not there', { query: '{ ...F }' }],
  ['a fragment that nobody spreads', { query: '{ echo } fragment F on Query { echo }' }],
  ['a subscription', { query: 'subscription { ticks } subscription B { ticks }' }],
  ['a mutation that is none', { query: 'mutation { echo }' }],
  ['entities', { query: '{ _entities(representations: []) { __typename } }' }],
]
/** Unusual but valid requests. */
const harmless: [string, Record<string, unknown>][] = [
  ['lone surrogates', { query: given('String', 'text'), variables: { v: '\ud800' } }],
  ['a NUL character', { query: given('String', 'text'), variables: { v: 'a\u0000b' } }],
  [
    'a null in what is skipped',
    {
      query: 'query A($v: String = "a", $s: Boolean = true) { echo must(text: $v) @skip(if: $s) }',
      variables: { v: null },
    },
  ],
  [
    'a null in a fragment that is not included',
    {
      query:
        'query A($v: String = "a", $s: Boolean!) { echo ...F @include(if: $s) } fragment F on Query { must(text: $v) }',
      variables: { v: null, s: false },
    },
  ],
  [
    'a null for @include in what is skipped',
    {
      query: 'query A($v: Boolean = true, $s: Boolean = true) { echo ... @skip(if: $s) { must @include(if: $v) } }',
      variables: { v: null },
    },
  ],
  ['an allowed null', { query: given('String = "a"', 'text'), variables: { v: null } }],
  ['a missing variable with a default', { query: 'query A($v: String) { must(text: $v) }' }],
  ['an empty operationName', { query: one, operationName: '' }],
]
const accepts = ['application/json', 'application/graphql-response+json', '*/*', 'text/event-stream']

describe.each(['compiled', 'stock'] as const)('with the %s executor', (executor) => {
  test.each(mistakes)('%s is a client error on every route', async (_name, body) => {
    const url = `${gateways[executor]?.url}/graphql`
    for (const accept of accepts) {
      const headers = { 'content-type': 'application/json', accept }
      await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: '{ __typename }' }) })
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
      await expectMistake(answer, [200, 400])
      if (isObject(body)) await expectMistake(await fetch(`${url}?${searchOf(body)}`, { headers }), [200, 400, 405])
    }
    expect(errors).toEqual([])
  })

  test.each(harmless)('%s is accepted', async (_name, body) => {
    const headers = { 'content-type': 'application/json' }
    const url = `${gateways[executor]?.url}/graphql`
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(await answer.json()).toEqual({ data: expect.objectContaining({}) })
    expect(errors).toEqual([])
  })
})

async function expectMistake(answer: Response, statuses: readonly number[]): Promise<void> {
  const text = await answer.text()
  expect(statuses, text).toContain(answer.status)
  expect(text).toContain('"errors"')
  expect(text).not.toContain('INTERNAL_SERVER_ERROR')
  expect(text).not.toMatch(/client_|hunter2/)
  expect(text.length).toBeLessThan(25_000)
}

function searchOf(body: Record<string, unknown>): URLSearchParams {
  const texts = Object.entries(body).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return new URLSearchParams(texts as [string, string][])
}
