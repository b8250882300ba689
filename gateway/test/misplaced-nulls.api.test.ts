import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const typeDefs = `${common}
  input Filter { text: String! more: [Int!] }
  type Query { all: [Thing!]! @public some: [Thing] @public named: [Named!] @public play: Play @public must(text: String! = "a"): String! @public }
  type Mutation { act(text: String! = "a"): String @public done: Play @public }
  interface Named { name(text: String! = "a"): String play: Play }
  union Thing = Play | Song
  type Play implements Named @key(fields: "id") { id: ID! name(text: String! = "a"): String must(text: String! = "a"): String! play: Play by(filter: Filter, list: [Int!]! = [1]): String hush: String @requiresScopes(scopes: [["admin"]]) }
  type Song implements Named @key(fields: "id") { id: ID! name(text: String! = "a"): String only(text: String! = "a"): String must(text: String! = "a"): String! play: Play }`
const play = {
  __typename: 'Play',
  id: 'p',
  name: 'Hamlet',
  must: 'must',
  by: 'Shakespeare',
  play: { id: 'q', name: 'Inner' },
}
const song = { __typename: 'Song', id: 's', name: 'Yesterday', only: 'only', must: 'must', play }
const resolvers = {
  Query: {
    all: () => [play, play],
    some: () => [play, song, null],
    named: () => [play, song],
    play: () => play,
    must: () => 'must',
  },
  Mutation: { act: ({ acts }: { acts?: () => void } = {}) => acts?.() ?? 'acted', done: () => play },
  Play: { must: () => 'must' },
}
const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: resolvers as never })

let pool: TestPool
let subgraph: TestSubgraph
const gateways: Partial<Record<'compiled' | 'stock', TestGateway>> = {}

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('booking', typeDefs, resolvers)
  for (const executor of ['compiled', 'stock'] as const)
    gateways[executor] = await startGateway([subgraph], pool, { executor })
})
beforeEach(() => {
  subgraph.seen.length = 0
})
afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close()
  subgraph.close()
  pool.close()
})

interface Answer {
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[]
}

/** Adds `$v` and `$if` as nullable variables, and null values. */
const cases: [string, string][] = [
  ['in a type condition that never applies', '{ all { ... on Song { only(text: $v) } ... on Play { id } } }'],
  ['in one that applies to nothing else', '{ all { ... on Song { only(text: $v) } } }'],
  ['in one that applies to some', '{ some { ... on Song { id only(text: $v) } ... on Play { id } } }'],
  [
    'in a fragment that never applies',
    '{ all { ...S ...P } } fragment S on Song { only(text: $v) id } fragment P on Play { name }',
  ],
  ['of an interface', '{ named { name(text: $v) play { id } } }'],
  ['of a field that may not be null', '{ play { id must(text: $v) } all { ... on Play { id } } }'],
  ['in a list of what may not be null', '{ play { id } all { ... on Play { id must(text: $v) } } }'],
  ['below a field that is null', '{ play { play { play { name(text: $v) } } } }'],
  ['at the root', '{ must play { id } a: must(text: $v) }'],
  ['beside others', '{ play { id name(text: $v) again: name } }'],
  ['of two fields of one name', '{ play { play { a: name(text: $v) } play { a: name(text: $v) id } } }'],
  ['in an input object', '{ play { by(filter: { text: $v }) id } }'],
  ['in a list', '{ play { by(list: [1, $n]) id } }'],
  ['in what is skipped', '{ play { id name(text: $v) @skip(if: true) } }'],
  ['in a mutation', 'mutation { act(text: $v) done { id name(text: $v) } }'],
  ['in @include', '{ play { id name @include(if: $if) } must }'],
  ['in @skip of a fragment', '{ some { ... on Play { id } ... on Song @skip(if: $if) { id } } }'],
  [
    'in @skip of a spread',
    '{ some { ...S ... on Play { id } } } fragment S on Song { ...N @skip(if: $if) } fragment N on Song { id }',
  ],
  ['in @include of a type that never is', '{ all { ... on Song { id @include(if: $if) } ... on Play { id } } }'],
  ['in @include of what is skipped', '{ play { id name @skip(if: true) @include(if: $if) } }'],
  ['in @skip of what is not included', '{ play { id name @skip(if: $if) @include(if: false) } }'],
  ['in what __type is asked for', '{ play { id } __type(name: $v) { name } }'],
]

const headOf = (body: string): string => {
  const used = [
    ['v', 'String = "a"'],
    ['n', 'Int = 1'],
    ['if', 'Boolean = true'],
  ].filter(([name]) => body.includes(`$${name}`))
  return used.map(([name, type]) => `$${name}: ${type}`).join(', ')
}
const operationOf = (body: string): string =>
  body.startsWith('mutation')
    ? body.replace('mutation', `mutation (${headOf(body)})`)
    : `query (${headOf(body)}) ${body}`

describe.each(['compiled', 'stock'] as const)('with the %s executor, a null where none may stand', (executor) => {
  const run = async (query: string, variables: object): Promise<Answer> =>
    (await gateways[executor]?.run(query, { variables }))?.body as Answer

  test.each(cases)('%s has the result of graphql-js', async (_title, body) => {
    const source = operationOf(body)
    const variableValues = { v: null, n: null, if: null }
    const right = (await graphql({ schema, source, variableValues })) as Answer
    const { data, errors = [] } = await run(source, variableValues)
    expect(data).toEqual(JSON.parse(JSON.stringify(right.data)))
    const pathsOf = (list: Answer['errors'] = []) => list.map(({ path }) => JSON.stringify(path)).sort()
    expect(pathsOf(errors)).toEqual(expect.arrayContaining(pathsOf(right.errors)))
    expect(errors.length > 0).toBe(right.errors !== undefined)
    for (const { message, extensions } of errors) {
      expect(extensions?.code).toBe('BAD_USER_INPUT')
      expect(message).toMatch(/^Variable "\$(v|n|if)" must not be null: it is used where "\w+!" is expected\.$/)
    }
    if (executor === 'compiled') expect(await run(source, {})).not.toHaveProperty('errors')
  })

  test.each([
    ['in @skip at the root', 'query ($if: Boolean = true) { must play @skip(if: $if) { id } }'],
    [
      'in a fragment at the root',
      'query ($if: Boolean = true) { ...A } fragment A on Query { ... @include(if: $if) { must } }',
    ],
    ['of a mutation', 'mutation ($if: Boolean = true) { act done @include(if: $if) { id } }'],
  ])('%s rejects the request before execution', async (_title, query) => {
    const { data, errors } = await run(query, { if: null })
    expect([data, errors?.map(({ extensions }) => extensions?.code)]).toEqual([undefined, ['BAD_USER_INPUT']])
    expect(subgraph.seen).toEqual([])
  })

  test('in a mutation field prevents its execution', async () => {
    const { data } = await run('mutation ($v: String = "a") { act(text: $v) }', { v: null })
    expect([data, subgraph.seen]).toEqual([{ act: null }, []])
  })

  test('reveals nothing about a forbidden field', async () => {
    const query = 'query ($v: String = "a") { play { hush name(text: $v) } }'
    const { data, errors } = await run(query, { v: null })
    expect(data).toEqual({ play: { hush: null, name: null } })
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE', 'BAD_USER_INPUT'])
  })
})
