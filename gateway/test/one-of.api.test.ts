import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common}
  directive @oneOf on INPUT_OBJECT
  input By @oneOf { id: ID name: String at: Place }
  input Place @oneOf { city: String zip: Int }
  type Query { find(by: By!, more: [By!]): String @public more(by: By): String @public }`
const resolvers = { Query: { find: (_: unknown, args: object) => JSON.stringify(args), more: () => 'more' } }

let pool: TestPool
let subgraph: TestSubgraph
const gateways: Partial<Record<'compiled' | 'stock', TestGateway>> = {}

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
  for (const executor of ['compiled', 'stock'] as const)
    gateways[executor] = await startGateway([subgraph], pool, { executor })
})
afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close()
  subgraph.close()
  pool.close()
})

describe.each(['compiled', 'stock'] as const)('with the %s executor, of a @oneOf input', (executor) => {
  const run = async (query: string, variables = {}) => (await gateways[executor]?.run(query, { variables }))?.body

  test.each([
    ['a literal', '{ find(by: { id: 1 }) }', {}, { by: { id: '1' } }],
    ['one in another', '{ find(by: { at: { city: "Bonn" } }) }', {}, { by: { at: { city: 'Bonn' } } }],
    ['a variable', 'query ($by: By!) { find(by: $by) }', { by: { name: 'Ada' } }, { by: { name: 'Ada' } }],
    [
      'a variable within',
      'query ($name: String!) { find(by: { name: $name }) }',
      { name: 'Ada' },
      { by: { name: 'Ada' } },
    ],
    ['several of them', '{ find(by: { id: 1 }, more: [{ id: 2 }]) }', {}, { by: { id: '1' }, more: [{ id: '2' }] }],
  ])('%s is accepted', async (...[, query, variables, args]) => {
    expect(await run(query, variables)).toEqual({ data: { find: JSON.stringify(args) } })
  })

  test.each([
    ['two fields', '{ find(by: { id: 1, name: "Ada" }) }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['no field', '{ find(by: {}) }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a null', '{ find(by: { id: null }) }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a variable that may be null',
      'query ($id: ID) { more(by: { id: $id }) }',
      { id: '1' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'two fields in a variable',
      'query ($by: By!) { find(by: $by) }',
      { by: { id: 1, name: 'Ada' } },
      'BAD_USER_INPUT',
    ],
    ['a null in a variable', 'query ($by: By!) { find(by: $by) }', { by: { id: null } }, 'BAD_USER_INPUT'],
    [
      'two fields within',
      'query ($by: By!) { find(by: $by) }',
      { by: { at: { city: 'a', zip: 1 } } },
      'BAD_USER_INPUT',
    ],
  ])('%s is rejected without a request to the subgraph', async (...[, query, variables, code]) => {
    const asked = subgraph.seen.length
    const body = await run(query, variables)
    expect([body?.data, body?.errors?.[0]?.extensions['code']]).toEqual([undefined, code])
    expect(subgraph.seen.length).toBe(asked)
  })

  test.each([
    ['a null', { id: null }],
    ['nothing', {}],
  ])('%s for its one field is an error of the field', async (_title, variables) => {
    const body = await run('query ($id: ID) { find(by: { id: $id }) more }', variables)
    expect(body?.data).toEqual({ find: null, more: 'more' })
    expect(body?.errors).toEqual([expect.objectContaining({ path: ['find'], extensions: { code: 'BAD_USER_INPUT' } })])
  })

  // The stock executor's planner does not support isOneOf.
  test.runIf(executor === 'compiled')('introspection tells', async () => {
    const query = '{ by: __type(name: "By") { isOneOf } filter: __type(name: "Query") { isOneOf } }'
    expect(await run(query)).toEqual({ data: { by: { isOneOf: true }, filter: { isOneOf: null } } })
  })
})

test('loads supergraphs that import @oneOf or do not define it', async () => {
  const gateway = await startGateway([subgraph], pool)
  const text = readFileSync(gateway.supergraphFile, 'utf8')
  const definition = 'directive @oneOf on INPUT_OBJECT\n'
  const link = '\n  @link(url: "https://specs.example/oneOf/v1.0", import: ["@oneOf"])'
  const refused = async () =>
    (await gateway.run('{ find(by: { id: 1, name: "Ada" }) }')).body.errors?.[0]?.extensions['code']
  try {
    for (const other of [text.replace(definition, ''), text.replace(/^schema/m, `schema${link}`)]) {
      writeFileSync(gateway.supergraphFile, other)
      expect(gateway.gateway.graph.supergraph.reload()).toBe('loaded')
      await expect.poll(refused).toBe('GRAPHQL_VALIDATION_FAILED')
    }
  } finally {
    await gateway.close()
  }
})
