import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startEvents, startLabels } from './kept-graph.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common}
type Query {
  one: Thing @public
  some: [Thing!]! @public @listSize(assumedSize: 3)
  many: [Thing!]! @public
  page(first: Int = 20, last: Int): Page! @public @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges"], requireOneSlicingArgument: false)
  named: [Named!]! @public @listSize(assumedSize: 2)
  find(text: String @cost(weight: 7), filter: Filter, tags: [String!] @cost(weight: 2) @constraint(maxItems: 60)): Thing @public
}
type Mutation { act: Thing @public }
type Page { edges: [Edge!]! others: [Thing!]! }
type Edge { node: Thing! }
interface Named { name: String! things: [Thing!]! @listSize(assumedSize: 5) }
type Thing implements Named { name: String! things: [Thing!]! @listSize(assumedSize: 5) dear: String! @cost(weight: 50) jewel: Jewel words: [String!]! @cost(weight: 2) }
type Jewel implements Named @cost(weight: 9) { name: String! things: [Thing!]! jewel: Jewel! }
input Filter { near: String @cost(weight: 4) or: [Filter!] ids: [ID!] @cost(weight: 3) @constraint(maxItems: 40) }
`
const plain = { __typename: 'Thing', name: 'plain', things: [], jewel: null, dear: 'dear', words: [] }
const jewel: Record<string, unknown> = { __typename: 'Jewel', name: 'jewel', things: [] }
jewel['jewel'] = jewel
const thing = { ...plain, name: 'thing', things: [plain, plain], jewel, words: ['a', 'b', 'c'] }
const resolvers = {
  Query: {
    one: () => thing,
    some: () => [thing],
    many: () => [thing, plain],
    named: () => [thing, jewel],
    find: () => thing,
    page: () => ({ edges: [{ node: thing }], others: [] }),
  },
}

let pool: TestPool
let subgraph: TestSubgraph
let gateway: TestGateway

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
  const costs = { listSize: 10, budgets: { anonymous: 0, user: 5, staff: 400 }, isReported: true }
  gateway = await startGateway([subgraph], pool, { costs })
})

afterAll(async () => {
  await gateway.close()
  subgraph.close()
  pool.close()
})

/** The cost in the error of a caller with a limit of 0. */
async function costOf(query: string, variables: object = {}): Promise<number> {
  const { body } = await gateway.run(query, { variables })
  return body.errors?.[0]?.extensions.cost?.estimated ?? 0
}

describe('the estimated cost', () => {
  test.each([
    ['an object is one, its scalars nothing', '{ one { name } }', 1],
    ['@cost of a field', '{ one { dear } }', 51],
    ['@cost of a type', '{ one { jewel { name } } }', 10],
    ['@cost of an argument, when it is given', '{ a: find { name } b: find(text: "x") { name } }', 9],
    ['@cost inside of input objects', '{ find(filter: { near: "a", or: [{ near: "b" }, {}] }) { name } }', 9],
    [
      '@cost of a list in an input, for each item',
      '{ find(filter: { ids: [1, 2, 3], or: [{ ids: [4] }] }) { name } }',
      13,
    ],
    ['@cost of a list as an argument, for each item', '{ find(tags: ["a", "b"]) { name } }', 5],
    ['a list of assumed length', '{ some { name } }', 3],
    ['a list in a list', '{ some { things { name } } }', 18],
    ['a list without a stated size', '{ many { name } }', 10],
    ['a page as long as is asked for', '{ page(first: 7) { edges { node { name } } } }', 15],
    ['a page of default length', '{ page { edges { node { name } } } }', 41],
    ['the longest of several slices', '{ page(first: 2, last: 5) { edges { node { name } } } }', 11],
    ['a list beside the sized one', '{ page(first: 2) { others { name } } }', 11],
    [
      'the dearest of the types that exclude each other',
      '{ named { ... on Thing { dear } ... on Jewel { jewel { name } } } }',
      102,
    ],
    ['@listSize of an interface, for types that say nothing', '{ named { things { name } } }', 28],
    ['aliases, each', '{ a: one { name } b: one { name } }', 2],
    ['a mutation', 'mutation { act { name } }', 11],
    ['fragments, wherever they are spread', '{ one { ...F } some { ...F } } fragment F on Thing { dear }', 204],
    ['what is left out costs nothing', '{ one @skip(if: true) { dear } some @include(if: false) { name } }', 0],
  ])('%s', async (_name, query, cost) => {
    expect(await costOf(query)).toBe(cost)
  })

  test('uses variables and their defaults', async () => {
    const query = 'query ($n: Int = 3, $no: Boolean!) { page(first: $n) { edges { node { dear @skip(if: $no) } } } }'
    expect(await costOf(query, { no: true })).toBe(7)
    expect(await costOf(query, { no: false, n: 1 })).toBe(53)
    expect(await costOf(query, { no: true, n: 2_000_000_000 })).toBe(4_000_000_001)
  })

  test('is computed in linear time for nested fragments', async () => {
    const fragments = Array.from({ length: 40 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)
    const started = performance.now()
    const { status } = await gateway.run(`{ ...F0 } ${fragments.join(' ')} fragment F40 on Query { one { name } }`)
    expect([status, performance.now() - started < 1_000]).toEqual([400, true])
  })
})

test('the cached cost differs by the variables that affect it', async () => {
  const plain = await startSubgraph(
    'user',
    sdl.replace(' @cost(weight: 7)', '').replace(' @cost(weight: 4)', ''),
    resolvers,
  )
  const costs = { listSize: 10, budgets: { anonymous: 0, user: 5, staff: 400 }, isReported: true }
  const other = await startGateway([plain], pool, { costs })
  onTestFinished(async () => {
    await other.close()
    plain.close()
  })
  const query = 'query ($n: Int = 3, $no: Boolean!) { page(first: $n) { edges { node { dear @skip(if: $no) } } } }'
  const spent = async (variables: object) =>
    (await other.run(query, { variables })).body.errors?.[0]?.extensions.cost?.estimated
  for (let i = 0; i < 2; i++) {
    expect(await spent({ no: true })).toBe(7)
    expect(await spent({ no: true, n: null })).toBe(41)
    expect(await spent({ no: true, n: 5 })).toBe(11)
    expect(await spent({ no: false, n: 5 })).toBe(261)
    expect(await spent({ no: true, n: 5, more: 'x' })).toBe(11)
  }
})

test('each kind of caller has a limit, beyond which nothing is fetched', async () => {
  const before = subgraph.seen.length
  const refused = await gateway.run('{ some { things { name } } }', { token: await pool.token() })
  expect([refused.status, refused.body.errors?.[0]?.extensions]).toEqual([
    400,
    { code: 'OPERATION_TOO_EXPENSIVE', cost: { estimated: 18, max: 5 } },
  ])
  expect(subgraph.seen.length).toBe(before)
  const staff = await pool.token({ 'cognito:groups': ['user', 'admin'] })
  expect((await gateway.run('{ some { things { name } } }', { token: staff })).status).toBe(200)
})

test('a response includes its cost', async () => {
  const { text } = await gateway.run('{ some { name } }', { token: await pool.token() })
  expect(JSON.parse(text)).toEqual({
    data: { some: [{ name: 'thing' }] },
    extensions: { cost: { estimated: 3, actual: 1, max: 5 } },
  })
})

describe('the actual cost', () => {
  test.each([
    ['an object is one, its scalars nothing', '{ one { name } }', 1],
    ['@cost of a field', '{ one { dear } }', 51],
    ['@cost of a type', '{ one { jewel { name jewel { name } } } }', 19],
    ['what is null costs nothing', '{ many { jewel { name } } }', 11],
    ['@cost of an argument, when it is given', '{ a: find { name } b: find(text: "x") { name } }', 9],
    ['@cost inside of input objects', '{ find(filter: { near: "a", or: [{ near: "b" }, {}] }) { name } }', 9],
    ['a list as long as it is', '{ some { name } many { name } }', 3],
    ['a list in a list', '{ many { things { name } } }', 4],
    ['a page as long as it is', '{ page(first: 7) { edges { node { name } } others { name } } }', 3],
    ['@cost of a list of scalars, for each', '{ many { words } }', 8],
    ['each type as it is', '{ named { ... on Thing { dear } ... on Jewel { jewel { name } } } }', 69],
    ['a mutation', 'mutation { act { name } }', 10],
    ['fragments, wherever they are spread', '{ one { ...F } some { ...F } } fragment F on Thing { dear }', 102],
    ['a field that is asked for twice, once', '{ one { dear } one { dear name } }', 51],
    ['what is left out costs nothing', '{ one @skip(if: true) { dear } some @include(if: false) { name } }', 0],
    ['introspection costs nothing', '{ __schema { types { name } } __typename }', 0],
  ])('%s', async (_name, query, cost) => {
    const token = await pool.token({ 'cognito:groups': ['user', 'admin'] })
    const { text } = await gateway.run(query, { token })
    expect(JSON.parse(text).extensions.cost.actual).toBe(cost)
  })

  test('counts lists in variables by their length, up to their maximum', async () => {
    const query = 'query ($f: Filter, $t: [String!]) { find(filter: $f, tags: $t) { name } }'
    const cost = async (length: number) => {
      const ids = Array.from({ length }, String)
      return await costOf(query, { f: { ids }, t: ids })
    }
    expect([await cost(1), await cost(50), await cost(2), await cost(500)]).toEqual([6, 221, 11, 241])
  })

  test('depends on variables', async () => {
    const token = await pool.token({ 'cognito:groups': ['user', 'admin'] })
    const query = 'query ($f: Filter, $no: Boolean!) { find(filter: $f) { dear @skip(if: $no) } }'
    const spent = async (variables: object) =>
      JSON.parse((await gateway.run(query, { token, variables })).text).extensions.cost.actual
    expect(await spent({ no: true, f: { near: 'a' } })).toBe(5)
    expect(await spent({ no: false })).toBe(51)
  })

  test('counts an entity at each of its paths', async () => {
    const parts = [await startEvents(), await startLabels()]
    const costs = { listSize: 10, budgets: { anonymous: 1e9, user: 1e9, staff: 1e9 }, isReported: true }
    const other = await startGateway(parts, pool, { costs })
    onTestFinished(async () => {
      await other.close()
      for (const { close } of parts) close()
    })
    const { text } = await other.run('{ events(ids: ["1", "2", "1", "1"]) { place { name } } }')
    expect(JSON.parse(text).extensions.cost).toMatchObject({ estimated: 20, actual: 8 })
  })

  test('is not counted by the stock executor', async () => {
    const costs = { listSize: 10, budgets: { anonymous: 100, user: 5, staff: 400 }, isReported: true }
    const other = await startGateway([subgraph], pool, { costs, executor: 'stock' })
    onTestFinished(other.close)
    const { text } = await other.run('{ some { name } }')
    expect(JSON.parse(text).extensions).toEqual({ cost: { estimated: 3, max: 100 } })
  })
})
