import { idFromUuid, newId } from '@tikitu/kit/base/ids'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestContext, type TestSubgraph } from './subgraphs.ts'

const shop = `${common}
type Query { things: [Thing!]! @public }
type Thing implements Node @key(fields: "id") @typeId(prefix: "thg") { id: ID! name: String! note: String maker: Person }
type Person @key(fields: "id", resolvable: false) { id: ID! }`
const people = `${common}
type Person implements Node @key(fields: "id") @typeId(prefix: "prs") { id: ID! email: String! }
type Thing @key(fields: "id") { id: ID! price: Int! }`

const uuid = '0198a000-0000-7000-8000-000000000001'
const [open, secret, ada] = [newId('thg'), newId('thg'), newId('prs')]
const ofBoth = [idFromUuid('thg', uuid), idFromUuid('prs', uuid)]
const known = [open, ada, ...ofBoth]

/** Everybody may see known objects, signed-in callers also the secret one. */
const isVisible = (id: string, { viewer }: TestContext): boolean =>
  known.includes(id) || (id === secret && viewer.kind === 'user')
const _nodes = (_parent: unknown, { ids }: { ids: string[] }, context: TestContext) =>
  ids.map((id) => (isVisible(id, context) ? id : null))
const entity = ({ id }: { id: string }) => ({ id })

let pool: TestPool
let subgraphs: { shop: TestSubgraph; people: TestSubgraph }
const gateways: Record<string, TestGateway> = {}

beforeAll(async () => {
  pool = await startPool()
  const Thing = { __resolveReference: entity, name: () => 'a thing', note: () => null, maker: () => ({ id: ada }) }
  subgraphs = {
    shop: await startSubgraph('shop', shop, { Query: { things: () => [], _nodes }, Thing }),
    people: await startSubgraph('people', people, {
      Query: { _nodes },
      Person: { __resolveReference: entity, email: () => 'ada@example.org' },
      Thing: { __resolveReference: entity, price: () => 7 },
    }),
  }
  for (const executor of ['stock', 'compiled'] as const)
    gateways[executor] = await startGateway(Object.values(subgraphs), pool, { executor })
})

afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close()
  for (const subgraph of Object.values(subgraphs)) subgraph.close()
  pool.close()
})

const refetch = `query ThingRefetchQuery($id: ID!) { node(id: $id) { __typename ...Thing_thing id } }
fragment Thing_thing on Thing { name price maker { email } id }`
const many = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Thing { note } } }'

describe.each(['compiled', 'stock'])('the %s executor', (executor) => {
  const ask = async (query: string, variables: object, token?: string) => {
    const { body } = await (gateways[executor] as TestGateway).run(query, { variables, token })
    return body
  }

  test('finds an object by id, with the fields of all services', async () => {
    const thing = { __typename: 'Thing', id: open, name: 'a thing', price: 7, maker: { email: 'ada@example.org' } }
    expect(await ask(refetch, { id: open })).toEqual({ data: { node: thing } })
    expect(await ask(refetch, { id: ada })).toEqual({ data: { node: { __typename: 'Person', id: ada } } })
  })

  test('returns null alike for missing objects, forbidden objects and invalid ids', async () => {
    const ids = [secret, newId('thg'), newId('xyz'), 'thg_', 'thing', '', `${open} `, open.toUpperCase(), '\u0000']
    expect(await ask(many, { ids })).toEqual({ data: { nodes: ids.map(() => null) } })
    for (const id of ids)
      expect(await ask('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ data: { node: null } })
    const seen = await ask(many, { ids: [secret] }, await pool.token())
    expect(seen).toEqual({ data: { nodes: [{ __typename: 'Thing', id: secret, note: null }] } })
  })

  test('finds objects in the order of their ids, with one request per service', async () => {
    const before = subgraphs.people.seen.length
    const ids = [...ofBoth, open, secret, ...ofBoth]
    const { data } = await ask('query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } node(id: $id) { id } }', {
      ids,
      id: ada,
    })
    expect(data.nodes.map((node: { id: string } | null) => node?.id)).toEqual([...ofBoth, open, undefined, ...ofBoth])
    expect(data.node).toEqual({ id: ada })
    expect(subgraphs.people.seen.length - before).toBe(1)
  })

  test('rejects more than a hundred ids', async () => {
    const { errors } = await ask(many, { ids: Array.from({ length: 101 }, () => open) })
    expect(errors).toMatchObject([{ path: ['nodes'], extensions: { code: 'BAD_USER_INPUT' } }])
  })
})

test('finds objects while another service is down', async () => {
  const down = await startSubgraph('shop', shop, {})
  const gateway = await startGateway([down, subgraphs.people], pool, { retries: false })
  down.close()
  const { body } = await gateway.run(many, { variables: { ids: [open, ada] } })
  expect(body.data).toEqual({ nodes: [null, { __typename: 'Person', id: ada }] })
  expect(body.errors).toMatchObject([{ path: ['nodes', 0], extensions: { code: 'UNAVAILABLE' } }])
  const health = await (await fetch(`${gateway.url}/api/health`)).json()
  expect(JSON.stringify(health)).not.toContain('"node"')
  await gateway.close()
})

test('costs one point per id, and is never cached', async () => {
  const budgets = { anonymous: 1e9, user: 1e9, staff: 1e9 }
  const gateway = await startGateway(Object.values(subgraphs), pool, {
    costs: { listSize: 10, budgets, isReported: true },
  })
  const asked = await gateway.run(many, { variables: { ids: [open, ada] } })
  expect(JSON.parse(asked.text).extensions.cost).toMatchObject({ estimated: 2, actual: 2 })
  expect(asked.headers.get('cache-control')).toBe('no-store')
  await gateway.close()
})
