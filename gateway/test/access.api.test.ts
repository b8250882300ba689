import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Item, Query, ship, shop } from './access-graph.ts'
import { startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

let pool: TestPool
let subgraphs: TestSubgraph[]
const gateways: Record<string, TestGateway> = {}

beforeAll(async () => {
  pool = await startPool()
  const Mutation = { open: () => 'open', closed: () => 'closed' }
  const risky = {
    __resolveReference: (reference: object) => reference,
    weight: () => 7,
    risk: ({ secret }: { secret: string }) => secret,
  }
  subgraphs = [
    await startSubgraph('shop', shop, { Query, Mutation, Item }),
    await startSubgraph('ship', ship, { Query: { unused: () => 0 }, Item: risky }),
  ]
  const policies = {
    even: ({ kind }: { kind: string }) => kind === 'user',
    odd: () => true,
    fails: () => {
      throw new Error('a policy that fails')
    },
  }
  for (const executor of ['stock', 'compiled'] as const)
    gateways[executor] = await startGateway(subgraphs, pool, { executor, policies })
})

afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close()
  for (const subgraph of subgraphs) subgraph.close()
  pool.close()
})

type Groups = string[] | null

async function ask(
  executor: string,
  query: string,
  { groups, variables = {} }: { groups: Groups; variables?: object },
) {
  const token = groups ? await pool.token({ 'cognito:groups': groups }) : undefined
  const gateway = gateways[executor] as TestGateway
  const { status, body, text } = await gateway.run(query, { token, variables })
  const errors = body.errors?.map(({ path, extensions }) => `${extensions.code} ${path?.join('.')}`) ?? []
  return { status, data: body.data, errors, text }
}

const denied = (...paths: string[]) => paths.map((path) => `UNAUTHORIZED_FIELD_OR_TYPE ${path}`)

describe.each(['stock', 'compiled'])('with the %s executor', (executor) => {
  test.each<[string, string, Groups, unknown, string[]]>([
    [
      'a forbidden field is null, the rest is answered',
      '{ item { id secret note } }',
      null,
      { item: { id: '1', secret: null, note: 'a note' } },
      denied('item.secret'),
    ],
    ['whoever may, reads it', '{ item { id secret } }', ['admin'], { item: { id: '1', secret: 'hush' } }, []],
    ['a root field beside others', '{ mine item { id } }', null, { mine: null, item: { id: '1' } }, denied('mine')],
    [
      'by fragments',
      '{ item { ...F } } fragment F on Item { id ... on Marked { ... on Item { secret } } }',
      ['user'],
      { item: { id: '1', secret: null } },
      denied('item.secret'),
    ],
    [
      'by aliases, each',
      '{ item { a: secret b: secret id: note } }',
      ['user'],
      { item: { a: null, b: null, id: 'a note' } },
      denied('item.a', 'item.b'),
    ],
    [
      'by the same field in two selections',
      '{ item { self { id } ...F } } fragment F on Item { self { secret note } }',
      null,
      { item: { self: { id: '1', secret: null, note: 'a note' } } },
      denied('item.self.secret'),
    ],
    [
      'in lists, at each place',
      '{ items { secret } }',
      null,
      { items: [{ secret: null }, { secret: null }] },
      denied('items.0.secret', 'items.1.secret'),
    ],
    [
      'null goes up to where it may be',
      '{ item { id inner { must } } }',
      null,
      { item: null },
      denied('item.inner.must'),
    ],
    ['null goes up to the root', '{ items { must } item { id } }', null, null, denied('items.0.must', 'items.1.must')],
    [
      'a type, by any field that has it',
      '{ item { id vault { gold } } }',
      null,
      { item: { id: '1', vault: null } },
      denied('item.vault'),
    ],
    [
      'a type, as a member of a union',
      '{ found { __typename ... on Item { id } ... on Vault { note } } }',
      null,
      {
        found: [
          { __typename: 'Item', id: '1' },
          { __typename: 'Vault', note: null },
        ],
      },
      denied('found.1.note'),
    ],
    [
      'an interface, of which one type is forbidden',
      '{ nodes { note } item { id } }',
      null,
      { nodes: null, item: { id: '1' } },
      denied('nodes'),
    ],
    [
      'a field of an interface, when one type forbids it',
      '{ nodes { id ...N } } fragment N on Marked { mark ... on Vault { x: mark } }',
      ['user'],
      {
        nodes: [
          { id: '1', mark: null },
          { id: '2', mark: null, x: null },
        ],
      },
      denied('nodes.0.mark', 'nodes.1.mark', 'nodes.1.x'),
    ],
    [
      'the others of an interface',
      '{ nodes { label } }',
      ['user'],
      { nodes: [{ label: 'a label' }, { label: 'v' }] },
      [],
    ],
    [
      'a field of one type of an interface',
      '{ nodes { id ... on Item { secret } ... on Vault { gold } } }',
      ['user'],
      {
        nodes: [
          { id: '1', secret: null },
          { id: '2', gold: 9 },
        ],
      },
      denied('nodes.0.secret'),
    ],
    ['a scalar', '{ item { id count } }', ['user'], { item: { id: '1', count: null } }, denied('item.count')],
    [
      'by @requires of another subgraph',
      '{ item { weight risk fear } }',
      ['user'],
      { item: { weight: 7, risk: null, fear: null } },
      denied('item.risk', 'item.fear'),
    ],
    ['@requires, for whoever may', '{ item { weight risk } }', ['admin'], { item: { weight: 7, risk: 'hush' } }, []],
    [
      'all scopes of one set',
      '{ staff item { id } }',
      ['partner'],
      { staff: null, item: { id: '1' } },
      denied('staff'),
    ],
    ['the other set', '{ staff }', ['partner', 'lead'], { staff: 'staff' }, []],
    ['a policy that holds', '{ clever }', ['user'], { clever: 'clever' }, []],
    [
      'a policy that does not, or that nobody defined',
      '{ clever item { id } }',
      null,
      { clever: null, item: { id: '1' } },
      denied('clever'),
    ],
    [
      'a policy that fails',
      '{ failing item { id } }',
      ['admin'],
      { failing: null, item: { id: '1' } },
      denied('failing'),
    ],
    [
      'in mutations, where the rest is done',
      'mutation { open closed }',
      ['user'],
      { open: 'open', closed: null },
      denied('closed'),
    ],
    ['nothing else in an object', '{ item { secret } }', null, { item: { secret: null } }, denied('item.secret')],
    [
      'what is left out is no error',
      '{ item { id secret @skip(if: true) ... @include(if: false) { must } } }',
      null,
      { item: { id: '1' } },
      [],
    ],
    [
      'names that every object has',
      '{ item { constructor: secret __proto__: note toString: secret } }',
      null,
      JSON.parse('{ "item": { "constructor": null, "__proto__": "a note", "toString": null } }'),
      denied('item.constructor', 'item.toString'),
    ],
  ])('%s', async (...[, query, groups, data, errors]) => {
    expect(await ask(executor, query, { groups })).toMatchObject({ status: 200, errors })
    expect((await ask(executor, query, { groups })).data).toEqual(data)
  })

  test('keys are in the order of the operation', async () => {
    expect((await ask(executor, '{ item { secret id a: secret note } }', { groups: null })).text).toContain(
      '{"item":{"secret":null,"id":"1","a":null,"note":"a note"}}',
    )
  })

  test('omissions follow the variables of conditions', async () => {
    const query = 'query ($no: Boolean = true) { item { id secret @skip(if: $no) } }'
    expect((await ask(executor, query, { groups: null })).errors).toEqual([])
    expect((await ask(executor, query, { groups: null, variables: { no: false } })).errors).toEqual(
      denied('item.secret'),
    )
  })

  test('forbidden fields are not fetched', async () => {
    const before = subgraphs.map(({ seen }) => seen.length)
    await ask(executor, '{ item { risk } }', { groups: ['user'] })
    expect(subgraphs.map(({ seen }, i) => seen.length - (before[i] ?? 0))).toEqual([1, 0])
  })

  test('an operation that can return nothing is rejected without a fetch', async () => {
    const before = subgraphs.map(({ seen }) => seen.length)
    expect(await ask(executor, '{ mine staff }', { groups: null })).toMatchObject({
      status: 401,
      errors: ['UNAUTHENTICATED mine'],
    })
    expect(await ask(executor, 'mutation { closed }', { groups: ['user'] })).toMatchObject({
      status: 403,
      errors: ['FORBIDDEN closed'],
    })
    expect(subgraphs.map(({ seen }) => seen.length)).toEqual(before)
  })

  test('a name that the gateway reserves is rejected', async () => {
    expect(await ask(executor, '{ item { secret __accessType: id } }', { groups: null })).toMatchObject({ status: 400 })
  })
})
