import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFastPath } from '../src/http/fast-path.ts'
import { hashOf } from '../src/operations/read-manifest.ts'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common}
type Query { hello(name: String!): String! @public sure: Int! @public item: Item @public mine: String @authenticated staff: String! @requiresScopes(scopes: [["admin"]]) }
type Mutation { act(to: String): String @public closed: String @authenticated }
type Item { name: String secret: String @requiresScopes(scopes: [["admin"]]) broken: String odd: Int }`

const fail = (code?: string) => {
  throw Object.assign(new Error('of the inside'), code ? { extensions: { code } } : {})
}
const resolvers = {
  Query: {
    hello: (_: unknown, { name }: { name: string }) => `hello ${name} ✓`,
    sure: () => null,
    item: () => ({ name: 'a "name"', secret: 'hush', broken: () => fail(), odd: 1 }),
    mine: () => 'mine',
    staff: () => 'staff',
  },
  Mutation: { act: () => fail('SEATS_TAKEN'), closed: () => 'done' },
}

let pool: TestPool
let subgraph: TestSubgraph
let gateway: TestGateway

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
  const limits = { tokens: 200, depth: 16, height: 500, aliases: 3, rootFields: 5, directives: 10, recursion: 50 }
  const costs = { listSize: 10, budgets: { anonymous: 15, user: 100, staff: 100 }, isReported: true }
  gateway = await startGateway([subgraph], pool, { limits, costs })
})

afterAll(async () => {
  await gateway.close()
  subgraph.close()
  pool.close()
})

let asked = 0

/**
 * Sends a request to Apollo Server, then through the fast path, which has to learn the content type of an `accept` header from a response
 * with data.
 */
async function askBoth(body: object, accept: string, headers: Record<string, string> = {}) {
  const form = `${accept}, x/n${asked++};q=0.1`
  const answers = []
  for (const sent of [body, { query: '{ __typename }' }, body]) {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: form, ...headers },
      body: JSON.stringify(sent),
    })
    const told = Object.fromEntries(response.headers)
    for (const name of ['x-request-id', 'date', 'keep-alive', 'connection', 'transfer-encoding']) delete told[name]
    answers.push({ status: response.status, headers: told, text: (await response.text()).replace(/req_\w+/g, 'req_…') })
  }
  const [byApollo, , quickly] = answers
  return [byApollo, quickly]
}

const operations: [string, object][] = [
  ['data', { query: '{ item { name odd __typename } }' }],
  ['data beside the schema', { query: '{ __typename __type(name: "Item") { name } item { name } }' }],
  ['variables', { query: 'query A($name: String!) { hello(name: $name) }', variables: { name: 'you' } }],
  ['a chosen operation', { query: 'query A { item { name } } query B { item { odd } }', operationName: 'B' }],
  ['no chosen operation', { query: 'query A { item { name } } query B { item { odd } }' }],
  ['an operation that is not there', { query: 'query A { item { name } }', operationName: 'B' }],
  ['a variable that is missing', { query: 'query A($name: String!) { hello(name: $name) }' }],
  ['a variable of another type', { query: 'query A($name: String!) { hello(name: $name) }', variables: { name: [1] } }],
  ['a null that may not be', { query: '{ sure }' }],
  ['an unexpected error', { query: '{ item { name broken } }' }],
  ['a refusal of a service', { query: 'mutation { act }' }],
  ['a field that is not allowed', { query: '{ item { name secret } }' }],
  ['nothing that is allowed', { query: '{ mine }' }],
  ['a role that is wanting', { query: '{ staff }' }],
  ['a mutation for those signed in', { query: 'mutation { closed }' }],
  ['more than it may cost', { query: 'mutation { act b: act }' }],
  ['a text that does not parse', { query: '{ item { ' }],
  ['an unknown field', { query: '{ item { nothing } }' }],
  ['too many aliases', { query: '{ a: item { name } b: item { name } c: item { name } d: item { name } }' }],
  ['too many tokens', { query: `{ item { ${'name '.repeat(300)} } }` }],
  ['a subscription', { query: 'subscription { item { name } }' }],
  ['no text', {}],
  ['extensions', { query: '{ item { name } }', extensions: {} }],
  ['a hash that nobody knows', { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf('{ a }') } } }],
]

describe.each([
  ['application/json;q=1'],
  ['application/json;q=0.5, application/graphql-response+json'],
  ['*/*'],
  ['image/png'],
])('with accept %s', (accept) => {
  test.each(operations)('%s has Apollo Server’s response', async (_name, body) => {
    const [byApollo, quickly] = await askBoth(body, accept)
    expect(quickly).toEqual(byApollo)
  })

  test.each(operations)('%s of a signed-in caller has it too', async (_name, body) => {
    const [byApollo, quickly] = await askBoth(body, accept, { authorization: `Bearer ${await pool.token()}` })
    expect(quickly).toEqual(byApollo)
  })

  test('an invalid token has the same error', async () => {
    const [byApollo, quickly] = await askBoth({ query: '{ item { name } }' }, accept, { authorization: 'Bearer x' })
    expect(quickly).toMatchObject({ status: 401, text: byApollo?.text })
  })
})

test('handles valid requests of the common form, once it has learned the content type', () => {
  const prepared = { operation: { operation: 'query' } }
  const prepare = (text: string) => (text === '{ a }' ? (prepared as never) : { errors: [] })
  const way = createFastPath({ prepare, execute: null as never, mask: null as never, remembers: true })
  const request = { method: 'POST', headers: { accept: 'x/y' } } as never
  const body = { query: '{ a }' }
  const context = null as never
  expect(way.find(request, { body }, context)).toBeNull()
  way.learn(request, { status: 200, type: 'text/html' })
  way.learn(request, { status: 401, type: 'application/json; charset=utf-8' })
  expect(way.find(request, { body }, context)).toBeNull()
  way.learn(request, { status: 200, type: 'application/json; charset=utf-8' })
  expect(way.find(request, { body }, context)).toBeInstanceOf(Function)
  expect(way.find(request, { body: { query: '{ b }' } }, context)).toBeNull()
  expect(way.find({ method: 'GET', headers: { accept: 'x/y' } } as never, { body }, context)).toBeNull()
  const forPlan = { method: 'POST', headers: { accept: 'x/y', 'apollo-query-plan-experimental': '1' } } as never
  expect(way.find(forPlan, { body }, context)).toBeNull()
})
