import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common}
enum Order { SOONEST LATEST }
input Filter { text: String order: Order }
type Query { events(filter: Filter, order: Order): [Event!] @public echo(said: String): String @public }
type Event { title: String }`
const resolvers = {
  Query: {
    events: () => [],
    echo: () => {
      throw Object.assign(new Error('Cannot read "secrt". Did you mean "secret" or "salary"?'), {
        extensions: { code: 'BAD_USER_INPUT' },
      })
    },
  },
}

let pool: TestPool
let subgraph: TestSubgraph

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('booking', sdl, resolvers)
})

afterAll(() => {
  subgraph.close()
  pool.close()
})

const filtered = 'query ($filter: Filter) { events(filter: $filter) { title } }'
const mistakes: [string, object][] = [
  ['a field', { query: '{ events { titel } }' }],
  ['a root field', { query: '{ evnts { title } }' }],
  ['an argument', { query: '{ events(filtr: {}) { title } }' }],
  ['a type', { query: 'query ($f: Filtr) { events(filter: $f) { title } }' }],
  ['an enum in the text', { query: '{ events(order: SOONES) { title } }' }],
  ['a field of an input in the text', { query: '{ events(filter: { tex: "a" }) { title } }' }],
  ['an enum in a variable', { query: 'query ($o: Order) { events(order: $o) { title } }', variables: { o: 'SOONES' } }],
  ['an enum within a variable', { query: filtered, variables: { filter: { order: 'SOONES' } } }],
  ['a field of an input in a variable', { query: filtered, variables: { filter: { tex: 'a' } } }],
  ['a message of a service', { query: '{ echo(said: "x") }' }],
]

describe.each(['compiled', 'stock'] as const)('where introspection is off, with the %s executor', (executor) => {
  let gateway: TestGateway
  let open: TestGateway

  beforeAll(async () => {
    gateway = await startGateway([subgraph], pool, { introspection: false, executor })
    open = await startGateway([subgraph], pool, { executor })
  })

  afterAll(async () => {
    await gateway.close()
    await open.close()
  })

  const ask = async ({ url }: TestGateway, body: object, accept: string) => {
    const headers = { 'content-type': 'application/json', accept }
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })
    return await response.text()
  }

  test.each(mistakes)('%s that is wrong gets no suggestions', async (_name, body) => {
    for (const accept of ['application/json', '*/*', 'text/event-stream']) {
      // Twice, because the second request may take the fast path.
      await ask(gateway, { query: '{ __typename }' }, accept)
      const text = await ask(gateway, body, accept)
      expect(text).toContain('"errors"')
      expect(text).not.toMatch(/did you mean|LATEST|SOONEST|salary/i)
    }
    expect(await ask(open, body, '*/*')).toMatch(/Did you mean/)
  })

  test('introspection is rejected without a hint how to enable it', async () => {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Event") { name } }'])
      for (const accept of ['application/json', '*/*', 'text/event-stream']) {
        const text = await ask(gateway, { query }, accept)
        expect(text).toContain('GRAPHQL_VALIDATION_FAILED')
        expect(text).not.toMatch(/apollo|introspection: true/i)
      }
  })
})
