import { buildSchema, execute, GraphQLError, type GraphQLSchema, getOperationAST, isObjectType, parse } from 'graphql'
import { describe, expect, test, vi } from 'vitest'
import { compareAtRandom, differenceOf, randomGraph } from '../testing/executor/agree.ts'
import { createExecution } from './execute.ts'

const sdl = /* GraphQL */ `
  interface Named { name: String! }
  type Person implements Named { name: String! age: Int friends(first: Int = 2): [Person!] best: Person! pets: [Pet] }
  type Dog implements Named { name: String! barks: Boolean! owner: Person }
  type Cat implements Named { name: String! lives: Int! }
  union Pet = Dog | Cat
  enum Mood { GOOD BAD }
  input Wish { text: String! often: Int = 3 tags: [String!] }
  type Query {
    person(id: ID, wish: Wish, moods: [Mood!]): Person
    people: [Person!]
    strict: [[Int!]!]!
    named: [Named]
    pet: Pet!
    mood: Mood
    count: Int
  }
  type Mutation { add(by: Int!): Person! addMaybe(by: Int!): Person }
`

type Resolvers = Record<string, Record<string, unknown>>

function schemaWith(resolvers: Resolvers, text = sdl): GraphQLSchema {
  const schema = buildSchema(text)
  for (const [name, fields] of Object.entries(resolvers)) {
    const type = schema.getType(name)
    for (const [key, resolve] of Object.entries(fields)) {
      const field = isObjectType(type) ? type.getFields()[key] : undefined
      Object.assign(field ?? type ?? {}, field ? { resolve } : { [key]: resolve })
    }
  }
  return schema
}

/** Executes it both ways; what graphql-js says is what is right. */
async function both(resolvers: Resolvers, query: string, variables: Record<string, unknown> = {}) {
  const schema = schemaWith(resolvers)
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('there is no operation')
  const found = await createExecution(schema)({ document, operation, variables, contextValue: {} })
  const expected = await execute({ schema, document, variableValues: variables, contextValue: {} })
  return { found, expected, difference: differenceOf(found, expected) }
}

const ada = {
  name: 'Ada',
  age: 36,
  friends: [],
  best: { name: 'Bob' },
  pets: [{ __typename: 'Dog', name: 'Rex', barks: true }],
}

test.for<[promise: string, resolvers: Resolvers, query: string, variables?: Record<string, unknown>]>([
  [
    'properties, methods and promises are read alike',
    { Query: { person: () => ({ name: () => 'Ada', age: Promise.resolve(36) }) } },
    '{ person { name age missing: best { name } } }',
  ],
  [
    'fields keep their order whatever comes first',
    { Query: { person: async () => ada, count: () => 1 } },
    '{ person { age name } count mood }',
  ],
  [
    'members of unions and interfaces',
    { Query: { named: () => [{ __typename: 'Cat', name: 'Tom', lives: 9 }, ada.pets[0], null] } },
    '{ named { __typename name ... on Cat { lives } ... on Dog { barks } } }',
  ],
  ['a member that says nothing of its type', { Query: { pet: () => ({}) } }, '{ pet { __typename } }'],
  [
    'a member of a type that is none',
    { Query: { named: () => [{ __typename: 'Nobody' }, { __typename: 'Mood' }, { __typename: 'Query' }] } },
    '{ named { name } }',
  ],
  [
    'a type that is told later',
    { Pet: { resolveType: async () => 'Dog' }, Query: { pet: () => ({ name: 'Rex' }) } },
    '{ pet { ... on Dog { name } } }',
  ],
  [
    'a type whose telling fails',
    {
      Named: {
        resolveType: () => {
          throw new Error('no idea')
        },
      },
      Query: { named: () => [{}] },
    },
    '{ named { name } }',
  ],
  [
    'a type that is asked whether it is it',
    {
      Dog: { isTypeOf: async (value: { is: boolean }) => value.is },
      Query: {
        named: () => [
          { __typename: 'Dog', is: true, name: 'Rex' },
          { __typename: 'Dog', is: false },
        ],
      },
    },
    '{ named { name } }',
  ],
  [
    'null where it may not be takes what is around it',
    { Query: { person: () => ({ name: null }), count: () => 2 } },
    '{ person { name } count }',
  ],
  ['null that nothing stops takes everything', { Query: { strict: () => [[1], [2, null]] } }, '{ count strict }'],
  [
    'null that comes late takes what is around it',
    { Query: { people: () => [{ name: 'Ada' }, { name: async () => null }] } },
    '{ people { name } }',
  ],
  [
    'errors, thrown, returned and late',
    {
      Query: {
        count: () => {
          throw new GraphQLError('no', { extensions: { code: 'NO' } })
        },
        mood: () => new Error('returned'),
        person: () => Promise.reject(new Error('late')),
      },
    },
    '{ count mood person { name } }',
  ],
  ['values that a type does not take', { Query: { count: () => 'many', mood: () => 'AWFUL' } }, '{ count mood }'],
  [
    'a list that is none, and one that is a set',
    { Query: { people: () => 5, named: () => new Set([ada.pets[0]]) } },
    '{ people { name } named { name } }',
  ],
  [
    'a list of promises',
    { Query: { people: () => [Promise.resolve(ada), { name: 'Bob' }] } },
    '{ people { name friends { name } } }',
  ],
  [
    'fields asked for twice are one',
    { Query: { person: () => ada } },
    '{ person { best { name } ...More best { age } } } fragment More on Person { best { __typename } age }',
  ],
  [
    'names of prototypes are names',
    { Query: { person: () => ada, count: () => 1 } },
    '{ __proto__: person { __proto__: name constructor: age toString: name } constructor: count }',
  ],
  [
    'arguments: written, by variable, by default',
    { Query: { person: (_: unknown, args: object) => ({ name: JSON.stringify(args) }) } },
    'query ($id: ID, $often: Int = 7, $moods: [Mood!]) { a: person(id: 5, wish: { text: "x" }) { name } b: person(id: $id, wish: { text: "y", often: $often }, moods: $moods) { name } }',
    { moods: ['GOOD'] },
  ],
  [
    'variables that are refused',
    { Query: {} },
    'query ($wish: Wish!, $id: ID!) { person(wish: $wish, id: $id) { name } }',
    { wish: { text: 5, other: 1 } },
  ],
  [
    'a variable that is missing where it is needed',
    { Mutation: {} },
    'mutation ($by: Int = 1) { add(by: $by) { name } }',
    { by: null },
  ],
  [
    'conditions by variable',
    { Query: { person: () => ada, count: () => 1 } },
    'query ($a: Boolean!, $b: Boolean = true) { person { name @skip(if: $a) ... @include(if: $b) { age } } count @include(if: $a) }',
    { a: true, b: false },
  ],
  [
    'a condition that is null',
    { Query: { person: () => ada } },
    'query ($a: Boolean = true) { person { name @include(if: $a) } }',
    { a: null },
  ],
])('as graphql-js: %s', async ([, resolvers, query, variables]) => {
  const { difference, found, expected } = await both(resolvers, query, variables)
  expect(difference, JSON.stringify({ found, expected }, null, 1)).toBeNull()
})

test('the same operation under other conditions is another plan', async () => {
  const schema = schemaWith({ Query: { count: () => 1, mood: () => 'GOOD' } })
  const document = parse('query ($a: Boolean!) { count @include(if: $a) mood @skip(if: $a) }')
  const operation = getOperationAST(document)
  if (!operation) throw new Error('there is no operation')
  const run = createExecution(schema)
  const ask = async (a: boolean) => (await run({ document, operation, variables: { a }, contextValue: {} })).data
  expect([await ask(true), await ask(false), await ask(true)]).toEqual([{ count: 1 }, { mood: 'GOOD' }, { count: 1 }])
})

describe('mutations', () => {
  const told: string[] = []
  const later = async (text: string) => {
    await new Promise((resolve) => setImmediate(resolve))
    told.push(text)
  }
  const resolvers = {
    Mutation: {
      add: async (_: unknown, { by }: { by: number }) => {
        await later(`add ${by}`)
        return by < 0 ? null : { name: () => later(`name ${by}`).then(() => 'x') }
      },
    },
  }
  test('each begins when all of the one before is there', async () => {
    told.length = 0
    const { difference } = await both(resolvers, 'mutation { a: add(by: 1) { name } b: add(by: 2) { name } }')
    expect(difference).toBeNull()
    expect(told.slice(0, 4)).toEqual(['add 1', 'name 1', 'add 2', 'name 2'])
  })
  test('nothing is begun after one that took the answer with it', async () => {
    told.length = 0
    const { difference } = await both(resolvers, 'mutation { a: add(by: -1) { name } b: add(by: 2) { name } }')
    expect(difference).toBeNull()
    expect(told).toEqual(['add -1', 'add -1'])
  })
})

test('resolvers are told where they are', async () => {
  const seen: unknown[] = []
  const name = (...call: unknown[]) => {
    const info = call[3] as Record<string, unknown>
    const { fieldName, parentType, returnType, path, variableValues, rootValue, operation, fragments } = info
    seen.push({ fieldName, parent: `${parentType}`, returns: `${returnType}`, path, variableValues, rootValue })
    seen.push([
      (operation as { operation: string }).operation,
      Object.keys(fragments as object),
      (info.fieldNodes as []).length,
    ])
    return 'x'
  }
  const { difference } = await both(
    { Query: { people: () => [{}] }, Person: { name } },
    'query ($n: Int = 3) { people { ...P friends(first: $n) { name } } } fragment P on Person { name }',
  )
  expect(difference).toBeNull()
  expect(seen.slice(0, 2)).toEqual(seen.slice(2, 4))
})

test('a rejection that comes after the answer is lost is nobody’s to handle', async () => {
  const onUnhandled = vi.fn()
  process.on('unhandledRejection', onUnhandled)
  const schema = schemaWith({ Query: { people: () => [Promise.reject(new Error('late')), null] } })
  const document = parse('{ people { name } }')
  const operation = getOperationAST(document)
  if (!operation) throw new Error('there is no operation')
  const { data, errors } = await createExecution(schema)({ document, operation, variables: {}, contextValue: {} })
  await new Promise((resolve) => setTimeout(resolve))
  process.off('unhandledRejection', onUnhandled)
  expect(data).toEqual({ people: null })
  expect(errors).toHaveLength(1)
  expect(onUnhandled).not.toHaveBeenCalled()
})

test('random operations on random resolvers come to the same', async () => {
  const graph = randomGraph(schemaWith({ Pet: { resolveType: undefined } }))
  const outcomes = []
  for (let seed = 0; seed < Number(process.env['FC_RUNS'] ?? 300); seed++)
    outcomes.push(await compareAtRandom(graph, seed))
  expect(outcomes.filter((outcome) => typeof outcome === 'object')).toEqual([])
  expect(outcomes.filter((outcome) => outcome === 'equal').length).toBeGreaterThan(outcomes.length / 2)
})
