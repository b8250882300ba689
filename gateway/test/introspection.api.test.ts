import { type GraphQLSchema, getIntrospectionQuery, graphql, type IntrospectionOptions } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common}
  scalar Colour @specifiedBy(url: "https://colours.example/rgb")
  enum Kind { PLAY CONCERT OPERA @deprecated(reason: "Use CONCERT.") }
  "What to look for."
  input Filter { text: String, kind: Kind = PLAY, old: Int @deprecated(reason: "Say nothing.") }
  type Query {
    "Everything."
    event(id: ID!, filter: Filter, by: String @deprecated(reason: "Always by name.")): Event @public
    old: Colour @public @deprecated
  }
  type Mutation { act(filter: Filter): String @public }
  type Event @key(fields: "id") { id: ID! title: String self: Query! }`

let pool: TestPool
let subgraph: TestSubgraph
let gateway: TestGateway
let schema: GraphQLSchema

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('booking', sdl, {
    Query: { event: (_: unknown, { id }: { id: string }) => ({ id, title: `title of ${id}`, self: {} }) },
  })
  const limits = { tokens: 4_000, depth: 16, height: 1_000, aliases: 30, rootFields: 20, directives: 50, recursion: 10 }
  gateway = await startGateway([subgraph], pool, { limits })
  schema = (gateway.gateway.graph.gateway as unknown as { schema: GraphQLSchema }).schema
})

afterAll(async () => {
  await gateway.close()
  subgraph.close()
  pool.close()
})

/** Expects the result of graphql-js on the schema, without requests to subgraphs. */
async function expectAnswered(query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>> {
  const asked = subgraph.seen.length
  const { body } = await gateway.run(query, { ...(variables && { variables }) })
  const right = await graphql({ schema, source: query, variableValues: variables })
  expect(body).toEqual(JSON.parse(JSON.stringify(right)))
  expect(subgraph.seen.length).toBe(asked)
  return body.data
}

const typeRef = (depth: number): string => (depth === 0 ? 'kind name' : `kind name ofType { ${typeRef(depth - 1)} }`)

/** The query of gql.tada and Rover. */
function looksLike(args: string, rest: string, depth: number): string {
  return `query IntrospectionQuery {
    __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...FullType }
      directives { name description locations args${args} { ...InputValue } ${rest} } }
  }
  fragment FullType on __Type {
    kind name description
    fields(includeDeprecated: true) { name description args${args} { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
    inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef }
  }
  fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
  fragment TypeRef on __Type { ${typeRef(depth)} }`
}

const everything: IntrospectionOptions = {
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
}
/** The query of `relay-compiler` and `get-graphql-schema`: without a name, with fragments first. */
const relay = `fragment TypeRef on __Type { ${typeRef(7)} }
  fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
  fragment FullType on __Type {
    kind name description specifiedByURL
    fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
    inputFields { ...InputValue } interfaces { ...TypeRef }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
  query { __schema { description queryType { name } mutationType { name } subscriptionType { name } types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }`

/** The query of `apollo client:download-schema`, with deprecated arguments everywhere. */
const apollo = `query IntrospectionQuery {
    __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...FullType __typename }
      directives { name description locations args { ...InputValue __typename } __typename } __typename } __typename }
  fragment FullType on __Type {
    kind name description
    fields(includeDeprecated: true) { name description args { ...InputValue __typename } type { ...TypeRef __typename } isDeprecated deprecationReason __typename }
    inputFields { ...InputValue __typename } interfaces { ...TypeRef __typename }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason __typename } possibleTypes { ...TypeRef __typename } }
  fragment InputValue on __InputValue { name description type { ...TypeRef __typename } defaultValue }
  fragment TypeRef on __Type { ${typeRef(7)} }`

/** The query of older tools, with variables. */
const old = `query Introspection($deprecated: Boolean = true) {
  __schema { queryType { name fields(includeDeprecated: $deprecated) { name } } types { kind name fields(includeDeprecated: $deprecated) { name type { ${typeRef(3)} } } } } }`

/** The query for fragments on unions in Apollo Client's documentation. */
const possibleTypes = '{ __schema { types { kind name possibleTypes { name } } } }'

const support = `query IntrospectSupportQuery {
  directive: __type(name: "__Directive") { fields { name args { name } } } field: __type(name: "__Field") { fields { name args { name } } }
  type: __type(name: "__Type") { fields { name } } inputValue: __type(name: "__InputValue") { fields { name } } }`

describe('introspection has the result of graphql-js for', () => {
  test.each([
    ['graphql-js, as little as can be', getIntrospectionQuery({ descriptions: false })],
    ['graphql-js, all of it', getIntrospectionQuery(everything)],
    ['GraphiQL', getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true })],
    ['GraphQL Code Generator', getIntrospectionQuery({ ...everything, oneOf: false })],
    ['gql.tada, asking what there is to ask', support],
    ['gql.tada', looksLike('(includeDeprecated: true)', 'isRepeatable', 9)],
    ['Rover', looksLike('', '', 7)],
    ['Relay’s compiler', relay],
    ['Apollo’s CLI and Apollo Client’s tools', apollo],
    [
      'Apollo iOS and Kotlin, asking for what October 2021 has',
      getIntrospectionQuery({ ...everything, oneOf: false, inputValueDeprecation: true }),
    ],
    ['Altair and Insomnia, with the names of before 2016', old],
    ['who asks for possible types alone', possibleTypes],
    ['who asks for isOneOf alone', '{ __type(name: "Filter") { isOneOf name } }'],
    ['who asks for specifiedByURL', '{ __type(name: "Colour") { specifiedByURL kind } }'],
  ])('%s', async (_title, query) => {
    expect(Object.keys(await expectAnswered(query))).not.toEqual([])
  })

  test('the full introspection query', async () => {
    const told = JSON.stringify(await expectAnswered(getIntrospectionQuery(everything)))
    for (const part of [
      'https://colours.example/rgb',
      'Use CONCERT.',
      'Say nothing.',
      'Always by name.',
      'What to look',
    ])
      expect(told).toContain(part)
  })
})

describe('operations with introspection fetch only the data from subgraphs', () => {
  const event = { id: '1', title: 'title of 1' }
  const filter = { isOneOf: false, name: 'Filter' }

  test.each([
    ['two root fields', '{ event(id: 1) { id title } __type(name: "Filter") { isOneOf name } }'],
    ['under aliases', '{ a: event(id: 1) { id title } b: __type(name: "Filter") { isOneOf name } __typename }'],
    [
      'in fragments',
      '{ ...A ...B } fragment A on Query { ...C event(id: 1) { id title } } fragment B on Query { ...C } fragment C on Query { __type(name: "Filter") { ...T } } fragment T on __Type { isOneOf name }',
    ],
    [
      'in fragments of their own',
      '{ ... { event(id: 1) { id title } } ... on Query { ... { __type(name: "Filter") { isOneOf name } } } }',
    ],
    [
      'with variables',
      'query ($id: ID!, $name: String!) { event(id: $id) { id title } __type(name: $name) { isOneOf name } }',
    ],
    [
      'with variables that only the data uses',
      'query ($id: ID!) { event(id: $id) { id title } __type(name: "Filter") { isOneOf name } }',
    ],
    [
      'that is included',
      'query ($id: ID!, $yes: Boolean!, $no: Boolean = false) { event(id: $id) @include(if: $yes) { id title } __type(name: "Filter") @skip(if: $no) { isOneOf @include(if: $yes) name } }',
    ],
    [
      'in one of two operations',
      'query A { __type(name: "Kind") { isOneOf } } query B { event(id: 1) { id title } __type(name: "Filter") { isOneOf name } }',
    ],
  ])('%s', async (_title, query) => {
    const asked = subgraph.seen.length
    const variables = { id: '1', name: 'Filter', yes: true }
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables, operationName: query.includes('query B') ? 'B' : undefined }),
    })
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown }
    expect(errors).toBeUndefined()
    expect([data['event'] ?? data['a'], data['__type'] ?? data['b']]).toEqual([event, filter])
    expect(subgraph.seen.length).toBe(asked + 1)
  })

  test('skipped introspection fields are left out', async () => {
    const query =
      'query ($no: Boolean!) { event(id: 1) @include(if: $no) { id } __type(name: "Kind") { name } __schema @include(if: $no) { types { isOneOf } } }'
    const { body } = await gateway.run(query, { variables: { no: false } })
    expect(body).toEqual({ data: { __type: { name: 'Kind' } } })
  })

  test('introspection below other fields', async () => {
    const query = '{ event(id: 1) { id self { __type(name: "Filter") { isOneOf name } __typename } } }'
    const { body } = await gateway.run(query)
    expect(body).toEqual({ data: { event: { id: '1', self: { __type: filter, __typename: 'Query' } } } })
    const alone = await gateway.run('{ event(id: 1) { self { __type(name: "Filter") { isOneOf name } } } }')
    expect(alone.body).toEqual({ data: { event: { self: { __type: filter } } } })
  })

  test('an unknown type is null, and mutations have no introspection', async () => {
    expect(await expectAnswered('query ($n: String!) { __type(name: $n) { name } }', { n: 'Nobody' })).toEqual({
      __type: null,
    })
    const { status, body } = await gateway.run('mutation { act __schema { types { name } } }')
    expect([status, body.errors?.[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED'])
  })
})
