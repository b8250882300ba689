import type { Subgraph } from './world.ts'

type Row = Record<string, unknown>

/** Resolves a field to the representation that the subgraph received. */
const serialize = (reference: Row) => JSON.stringify(reference)
const fromReference = (reference: Row) => reference

const rows = [
  { id: 'g1', name: 'Desk', weight: 3 },
  { id: 'g2', name: 'Lamp', weight: 5 },
]
const inCurrency = (currency: string | null | undefined, base: number) => {
  if (currency === 'USD') return base + 10
  return currency === 'EUR' ? base : 0
}

const shop = {
  name: 'shop',
  sdl: `
    type Query { good: Good goods: [Good!]! }
    type Good @key(fields: "id") { id: ID! name: String weight(unit: String): Int price(currency: String): Int parts: [Piece!] broken: String }
    type Piece { cost(in: String): Int }
  `,
  resolvers: {
    Query: { good: () => rows[0], goods: () => rows },
    Good: {
      __resolveReference: ({ id }: Row) => rows.find((row) => row.id === id),
      weight: ({ weight }: Row, { unit }: { unit?: string }) => Number(weight) * (unit === 'g' ? 1000 : 1),
      price: (_: unknown, { currency }: { currency?: string }) =>
        currency ? Math.min(inCurrency(currency, 9), 10) : 0,
      parts: () => [{ base: 1 }, { base: 2 }],
      broken: () => {
        throw new Error('no')
      },
    },
    Piece: { cost: ({ base }: Row, args: Row) => inCurrency(args['in'] as string, Number(base)) },
  },
}

const post = {
  name: 'post',
  sdl: `
    type Good @key(fields: "id") {
      id: ID! weight(unit: String): Int @external price(currency: String): Int @external parts: [Piece!] @external
      parcel: String @requires(fields: "weight")
      usd: String @requires(fields: "price(currency: \\"USD\\")")
      eur: String @requires(fields: "price(currency: \\"EUR\\")")
      any: String @requires(fields: "price")
      deepUsd: String @requires(fields: "parts { cost(in: \\"USD\\") }")
      deepEur: String @requires(fields: "parts { cost(in: \\"EUR\\") }")
      sent(to: String!): String
    }
    type Piece { cost(in: String): Int @external }
  `,
  resolvers: {
    Good: {
      __resolveReference: fromReference,
      ...Object.fromEntries(['parcel', 'usd', 'eur', 'any', 'deepUsd', 'deepEur'].map((name) => [name, serialize])),
      sent: (_: unknown, { to }: { to: string }) => `sent to ${to}`,
    },
  },
}

/** A subgraph whose fields return the requirements that they received. */
export const requiredArguments: readonly Subgraph[] = [shop, post]

const book = { id: 'b1', isbn: '9', code: { one: '1', two: '2', three: '3' }, name: 'One' }
const bookFields = 'id: ID! @shareable isbn: ID! @shareable code: Code! @shareable'
const code = 'type Code @shareable { one: ID! two: ID! three: ID! }'

/** Several keys, the first of which are not resolvable. */
export const keysInAnyOrder: readonly Subgraph[] = [
  {
    name: 'names',
    sdl: `type Book @key(fields: "id") @key(fields: "isbn", resolvable: false) @key(fields: "code { one two }", resolvable: false)
      { ${bookFields} name: String! } ${code}`,
    resolvers: { Book: { __resolveReference: ({ id }: Row) => (id === 'b1' ? book : null) } },
  },
  {
    name: 'shelves',
    sdl: `type Book @key(fields: "code { one two }", resolvable: false) @key(fields: "id code { two three }") @key(fields: "isbn", resolvable: false)
      { ${bookFields} name: String! @external label: String! @requires(fields: "name") }
      type Query { shelf: Shelf } type Shelf { books: [Book!]! } ${code}`,
    resolvers: {
      Query: { shelf: () => ({ books: [book] }) },
      Book: { __resolveReference: fromReference, label: serialize },
    },
  },
]

/** An interface object that no object type implements. */
export const unimplementedInterface: readonly Subgraph[] = [
  {
    name: 'boxes',
    sdl: `interface Thing @key(fields: "id") { id: ID! } type Box { lost: Thing size: Int }
      type Query { lost: Thing none: Thing box: Box }`,
    resolvers: {
      Query: { lost: () => ({ id: 't1' }), none: () => null, box: () => ({ lost: { id: 't1' }, size: 4 }) },
      Thing: { __resolveType: () => 'Ghost' },
    },
  },
  {
    name: 'notes',
    sdl: 'type Thing @key(fields: "id") @interfaceObject { id: ID! note: String } type Query { found: Thing }',
    resolvers: { Query: { found: () => ({ id: 't1', note: 'here' }) }, Thing: { __resolveReference: fromReference } },
  },
]

/** Two types with the same field names but different types. */
export const homonyms: readonly Subgraph[] = [
  {
    name: 'pets',
    sdl: `type Query { all: [Pet!]! } union Pet = Cat | Dog
      type Cat @key(fields: "id") { id: ID! name: ID! } type Dog @key(fields: "id") { id: ID! name: String }`,
    resolvers: {
      Query: {
        all: () => [
          { __typename: 'Cat', id: 'c1', name: 'Tom' },
          { __typename: 'Dog', id: 'd1', name: 'Rex' },
        ],
      },
    },
  },
  {
    name: 'owners',
    sdl: 'type Cat @key(fields: "id") { id: ID! owner: String } type Dog @key(fields: "id") { id: ID! owner: String }',
    resolvers: Object.fromEntries(
      ['Cat', 'Dog'].map((type) => [
        type,
        { __resolveReference: fromReference, owner: ({ id }: Row) => `owner of ${id}` },
      ]),
    ),
  },
]

/** An interface object. */
export const rankedMedia: readonly Subgraph[] = [
  {
    name: 'media',
    sdl: `interface Media @key(fields: "id") { id: ID! } type Song implements Media @key(fields: "id") { id: ID! }
      type Tune implements Media @key(fields: "id") { id: ID! } type Query { songs: [Song] }`,
    resolvers: {
      Query: { songs: () => [{ id: 'm1' }, { id: 'm2' }] },
      Media: { __resolveReference: ({ id }: Row) => ({ __typename: 'Song', id }) },
    },
  },
  {
    name: 'ranks',
    sdl: 'type Media @interfaceObject @key(fields: "id") { id: ID! rank: Int best: String! } type Query { top: Media }',
    resolvers: {
      Query: { top: () => ({ id: 'm1' }) },
      Media: {
        __resolveReference: fromReference,
        rank: ({ id }: Row) => Number(String(id).slice(1)),
        best: () => 'yes',
      },
    },
  },
]

/** A subgraph with and without `@requires`. */
export const partlyRequiring: readonly Subgraph[] = [
  {
    name: 'sizes',
    sdl: `type Query { box: Box thing: Box } interface Thing { id: ID! } type Can implements Thing { id: ID! }
      type Box implements Thing @key(fields: "id") { id: ID! width: Int height: Int }`,
    resolvers: { Query: { box: () => ({ id: 'b1', width: 2, height: 3 }), thing: () => ({ id: 'b2' }) } },
  },
  {
    name: 'rooms',
    sdl: `type Query { room: Int } type Box @key(fields: "id") { id: ID! width: Int @external height: Int @external color: String! broad: String
      @requires(fields: "width") high: String @requires(fields: "height") }`,
    resolvers: {
      Query: { room: () => 7 },
      Box: { __resolveReference: fromReference, color: () => 'red', broad: serialize, high: serialize },
    },
  },
]

/** Fields of the same name whose requirements differ by type. */
export const differentRequirements: readonly Subgraph[] = [
  {
    name: 'shapes',
    sdl: `type Query { all: [Shape!]! } union Shape = Round | Square
      type Round @key(fields: "id") { id: ID! size(in: String): Int } type Square @key(fields: "id") { id: ID! size(in: String): Int }`,
    resolvers: {
      Query: {
        all: () => [
          { __typename: 'Round', id: '1' },
          { __typename: 'Square', id: '2' },
        ],
      },
      ...Object.fromEntries(
        ['Round', 'Square'].map((type) => [type, { size: (_: unknown, args: Row) => (args['in'] ? 1 : 2) }]),
      ),
    },
  },
  {
    name: 'prices',
    sdl: `type Round @key(fields: "id") { id: ID! size(in: String): Int @external price: String @requires(fields: "size(in: \\"cm\\")") }
      type Square @key(fields: "id") { id: ID! size(in: String): Int @external price: String @requires(fields: "size") }`,
    resolvers: Object.fromEntries(
      ['Round', 'Square'].map((type) => [type, { __resolveReference: fromReference, price: serialize }]),
    ),
  },
]
