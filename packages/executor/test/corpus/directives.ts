import type { CorpusGraph } from './operation.ts'

interface Place {
  id: string
  org: { id: string }
  sku: string
}

const places: Place[] = [
  { id: '1', org: { id: 'o1' }, sku: 'A' },
  { id: '2', org: { id: 'o2' }, sku: 'B' },
]
const byId = ({ id }: { id: string }) => places.find((place) => place.id === id) ?? null
const bySku = ({ sku, org }: { sku: string; org: { id: string } }) =>
  places.find((place) => place.sku === sku && place.org.id === org.id) ?? null

const first = {
  name: 'first',
  sdl: `
    extend schema @link(url: "https://tikitu.test/mark/v1.0", import: ["@mark"]) @composeDirective(name: "@mark")
    directive @mark(with: String) on FIELD_DEFINITION
    type Org { id: ID! }
    type Point @shareable { x: Int! y: Int! }
    type Venue @key(fields: "id") @key(fields: "sku org { id }") @tag(name: "public") {
      id: ID! sku: String! org: Org! name: String @mark(with: "ink") at: Point @shareable hidden: String @inaccessible old: String
      sides: [Side!] layers: [[Point!]!]
    }
    type Side { color: Color depth: Int }
    enum Color { RED BLUE @inaccessible }
    type Query { venues: [Venue!]! @cost(weight: 5) @listSize(assumedSize: 10) venue(id: ID!): Venue shared: Int @shareable }
  `,
  resolvers: {
    Query: { venues: () => places, venue: (_: unknown, { id }: { id: string }) => byId({ id }), shared: () => 7 },
    Venue: {
      __resolveReference: (reference: Place) => (reference.id ? byId(reference) : bySku(reference)),
      name: ({ sku }: Place) => `Venue ${sku}`,
      at: ({ id }: Place) => ({ x: Number(id), y: 0 }),
      hidden: ({ id }: Place) => `h${id}`,
      old: () => 'from first',
      sides: ({ id }: Place) => [
        { color: id === '1' ? 'RED' : 'BLUE', depth: 1 },
        { color: 'RED', depth: null },
      ],
      layers: () => [[{ x: 1, y: 2 }], []],
    },
  },
}

const second = {
  name: 'second',
  sdl: `
    type Org @shareable { id: ID! }
    type Venue @key(fields: "sku org { id }") { sku: String! org: Org! old: String @override(from: "first") rating: Float twin: Venue
      hidden: String @external sides: [Side!] @external shout: String @requires(fields: "hidden sides { depth color }") }
    type Side { color: Color @external depth: Int @external }
    enum Color { RED BLUE @inaccessible }
    type Query { shared: Int @shareable top: Venue }
  `,
  resolvers: {
    Query: { shared: () => 7, top: () => ({ sku: 'B', org: { id: 'o2' } }) },
    Venue: {
      __resolveReference: (reference: object) => reference,
      old: () => 'from second',
      rating: ({ sku }: Place) => (sku === 'A' ? 4.5 : null),
      twin: ({ sku }: Place) => (sku === 'A' ? { sku: 'B', org: { id: 'o2' } } : null),
      shout: (reference: object) => JSON.stringify(reference),
    },
  },
}

const third = {
  name: 'third',
  sdl: `
    type Point @shareable { x: Int! y: Int! }
    type Venue @extends @key(fields: "id") { id: ID! @external at: Point @shareable near: [Venue] extra(of: JSON): JSON }
    scalar JSON
  `,
  resolvers: {
    Venue: {
      at: ({ id }: Place) => ({ x: Number(id), y: 0 }),
      near: ({ id }: Place) => [{ id: id === '1' ? '2' : '1' }, null, { id: '9' }],
      extra: (_: unknown, { of }: { of: unknown }) => of ?? { a: [1, { __typename: 'Not a type' }], b: null },
    },
  },
}

/** @shareable, @override, @inaccessible, @tag, @composeDirective, @extends, @cost, @listSize; several and nested keys. */
export const directives: CorpusGraph = {
  name: 'every other directive',
  subgraphs: [first, second, third],
  operations: [
    { query: '{ venues { id name old rating } shared }' },
    { query: '{ venues { shout at { x y } } }' },
    { query: '{ top { id name at { x } shout twin { id } near { name } } }' },
    { query: '{ venues { near { near { rating name twin { name near { id } } } } } }' },
    { query: '{ venue(id: "2") { sides { depth } layers { x } old } }' },
    { query: '{ venue(id: "1") { sides { color depth } layers { y } } }' },
    { query: '{ venue(id: "2") { sides { color } } }', fails: true },
    {
      query: 'query ($j: JSON) { venues { extra(of: $j) plain: extra sku } }',
      variables: { j: { __proto__x: 1, list: [[null]] } },
    },
    { query: '{ venues { extra(of: {a: 1, b: [{c: null}]}) org { id } } }' },
    { query: '{ __type(name: "Color") { enumValues { name } } venues { twin { twin { id } rating } } }' },
  ],
}
