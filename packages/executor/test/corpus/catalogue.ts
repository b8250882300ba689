import type { CorpusGraph } from './operation.ts'

const people = [
  { id: 'u1', name: 'Ada', mood: 'CALM' },
  { id: 'u2', name: 'Bob', mood: null },
  { id: 'u3', name: null, mood: 'WILD' },
]
const goods = [
  { __typename: 'Book', upc: 'p1', title: 'On Seats', weight: 100, price: 10, pages: 3, related: ['p2', 'p3'] },
  { __typename: 'Film', upc: 'p2', title: 'Rows', weight: 0, price: 2000, minutes: 90, related: [] },
  { __typename: 'Book', upc: 'p3', title: null, weight: null, price: 5, pages: null, related: ['p1'] },
]
const remarks = [
  { id: 'r1', body: 'fine "indeed"', author: 'u1', of: 'p1' },
  { id: 'r2', body: 'line\nbreak \u2028', author: 'u2', of: 'p1' },
  { id: 'r3', body: null, author: 'u9', of: 'p2' },
  { id: 'r4', body: '', author: 'u1', of: 'p3' },
]
const find = <T extends object>(rows: readonly T[], key: keyof T, value: unknown) =>
  rows.find((row) => row[key] === value) ?? null
const good = (upc: string) => find(goods, 'upc', upc)

const accounts = {
  name: 'accounts',
  sdl: `
    enum Mood { CALM WILD }
    type Query { me: User users: [User] userOf(id: ID!, loud: Boolean = false): User broken: String required: String! }
    type User @key(fields: "id") { id: ID! name: String @shareable cry(upper: Boolean = false): String mood: Mood friend: User secret: String! }
  `,
  resolvers: {
    Query: {
      me: () => people[0],
      users: () => [...people, null],
      userOf: (_: unknown, { id }: { id: string }) => find(people, 'id', id),
      broken: () => {
        throw new Error('boom')
      },
      required: () => null,
    },
    User: {
      __resolveReference: ({ id }: { id: string }) => find(people, 'id', id),
      cry: ({ name }: { name: string | null }, { upper }: { upper: boolean }) => (upper ? name?.toUpperCase() : name),
      friend: ({ id }: { id: string }) => (id === 'u1' ? people[1] : null),
      secret: ({ id }: { id: string }) => {
        if (id === 'u2') throw new Error('no secret')
        return `secret of ${id}`
      },
    },
  },
}

const products = {
  name: 'products',
  sdl: `
    interface Product { upc: ID! title: String weight: Int price: Int related: [Product] grid: [[Product]] }
    type Book implements Product @key(fields: "upc") { upc: ID! title: String weight: Int price: Int pages: Int related: [Product] grid: [[Product]] size: Size }
    type Film implements Product @key(fields: "upc") { upc: ID! title: String weight: Int price: Int minutes: Int related: [Product] grid: [[Product]] }
    type Size { width: Int height: Int }
    union Item = Book | Film | User
    type User @key(fields: "id", resolvable: false) { id: ID! }
    type Query { products(first: Int): [Product] product(upc: ID!): Product items: [Item!] cells: [[Item]!] }
  `,
  resolvers: {
    Query: {
      products: (_: unknown, { first }: { first?: number }) => goods.slice(0, first ?? undefined),
      product: (_: unknown, { upc }: { upc: string }) => good(upc),
      items: () => [good('p1'), { __typename: 'User', id: 'u1' }, good('p2'), { __typename: 'User', id: 'u9' }],
      cells: () => [[good('p2'), null, { __typename: 'User', id: 'u1' }], [], [{ __typename: 'User', id: 'u1' }]],
    },
    ...Object.fromEntries(
      ['Book', 'Film'].map((type) => [
        type,
        {
          __resolveReference: ({ upc }: { upc: string }) => good(upc),
          related: ({ related }: { related: string[] }) => related.map(good),
          grid: ({ upc }: { upc: string }) => [[good(upc), null], [good('p1')], []],
          ...(type === 'Book' && {
            size: ({ upc }: { upc: string }) => (upc === 'p1' ? { width: 3, height: 4 } : null),
          }),
        },
      ]),
    ),
  },
}

const inventory = {
  name: 'inventory',
  sdl: `
    type Book @key(fields: "upc") { upc: ID! weight: Int @external price: Int @external size: Size @external
      inStock: Boolean shipping: Int @requires(fields: "weight price") area: Int @requires(fields: "size { width height }") }
    type Film @key(fields: "upc") { upc: ID! weight: Int @external price: Int @external inStock: Boolean! shipping: Int @requires(fields: "weight price") }
    type Size { width: Int @external height: Int @external }
  `,
  resolvers: {
    Book: {
      __resolveReference: (reference: object) => reference,
      inStock: ({ upc }: { upc: string }) => upc === 'p1',
      shipping: ({ weight, price }: { weight: number | null; price: number }) =>
        weight === null ? null : weight + price,
      area: ({ size }: { size: { width: number; height: number } | null }) => size && size.width * size.height,
    },
    Film: {
      __resolveReference: (reference: object) => reference,
      inStock: () => {
        throw new Error('who knows')
      },
      shipping: ({ weight, price }: { weight: number; price: number }) => weight + price,
    },
  },
}

const reviews = {
  name: 'reviews',
  sdl: `
    type Review { id: ID! body: String author: User @provides(fields: "name") product: Reviewed }
    union Reviewed = Book | Film
    type User @key(fields: "id") { id: ID! name: String @external reviews: [Review!] }
    type Book @key(fields: "upc") { upc: ID! reviews: [Review] }
    type Film @key(fields: "upc") { upc: ID! reviews: [Review!]! }
    type Query { topReviews: [Review!]! }
  `,
  resolvers: {
    Query: { topReviews: () => remarks },
    Review: {
      author: ({ author }: { author: string }) => ({ id: author, name: author === 'u1' ? 'Ada' : null }),
      product: ({ of }: { of: string }) => ({ __typename: good(of)?.__typename, upc: of }),
    },
    User: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      reviews: ({ id }: { id: string }) => remarks.filter(({ author }) => author === id),
    },
    Book: {
      __resolveReference: (reference: object) => reference,
      reviews: ({ upc }: { upc: string }) => remarks.filter(({ of }) => of === upc),
    },
    Film: {
      __resolveReference: (reference: object) => reference,
      reviews: ({ upc }: { upc: string }) => remarks.filter(({ of }) => of === upc),
    },
  },
}

const deep = `{
  users { id name reviews { body author { name reviews { id product { ... on Book { upc title inStock shipping reviews { author { id name } } } ... on Film { minutes } } } } } }
  products { upc title ... on Book { pages inStock reviews { body author { name reviews { body } } } related { upc title weight } } }
}`

/** @key, @requires, @provides, @external; abstract types, nested lists, nulls on the way, enums, errors. */
export const catalogue: CorpusGraph = {
  name: 'a catalogue',
  subgraphs: [accounts, products, inventory, reviews],
  operations: [
    { query: '{ me { id } }' },
    { query: '{ me { name loud: cry(upper: true) cry mood friend { name reviews { body } } } }' },
    { query: deep },
    { query: '{ users { mood name reviews { body product { __typename } } } }' },
    {
      query:
        '{ items { __typename ... on Book { title shipping area } ... on User { name reviews { id } } ... on Product { upc } } }',
    },
    { query: '{ cells { ... on User { name mood } ... on Film { shipping title } } }' },
    { query: '{ products { ... on Book { grid { upc ... on Book { shipping area } } } } }' },
    { query: '{ product(upc: "p3") { title ... on Book { shipping area inStock } } }' },
    { query: '{ product(upc: "none") { title ... on Book { shipping } } }' },
    { query: '{ broken me { name } }', fails: true },
    { query: '{ required }', fails: true },
    { query: '{ users { id secret } }', fails: true },
    {
      query:
        '{ topReviews { author { secret } product { ... on Film { inStock } ... on Book { stocked: inStock } } } }',
      fails: true,
    },
    { query: '{ products { ... on Film { inStock reviews { author { name secret } } } } }', fails: true },
    { query: '{ __typename me { __typename t: __typename } a: __typename }' },
    { query: '{ __schema { queryType { name } } me { name } __type(name: "User") { name fields { name } } }' },
    {
      query:
        'query ($n: String!, $on: Boolean!) { __type(name: $n) { kind name } __schema @include(if: $on) { types { name } } }',
      variables: { n: 'Mood', on: false },
    },
    {
      query:
        'query ($a: Boolean!, $b: Boolean = true) { me { id name @skip(if: $a) reviews @include(if: $b) { body } } users @skip(if: $a) { mood } }',
      variables: { a: true },
    },
    {
      query:
        'query ($a: Boolean!, $b: Boolean = true) { me { id name @skip(if: $a) reviews @include(if: $b) { body } } users @skip(if: $a) { mood } }',
      variables: { a: false, b: false },
    },
    {
      query:
        'query ($with: Boolean!) { topReviews { body ... @include(if: $with) { author { mood } } ... on Review @skip(if: $with) { id } } }',
      variables: { with: true },
    },
    { query: '{ me { id @skip(if: true) name @include(if: false) mood } }' },
    {
      query: 'query ($id: ID!, $loud: Boolean) { userOf(id: $id, loud: $loud) { cry(upper: $loud) reviews { id } } }',
      variables: { id: 'u2' },
    },
    { query: 'query ($id: ID = "u1") { userOf(id: $id) { name reviews { id } } }' },
    { query: 'query ($id: ID!) { userOf(id: $id) { name } }', variables: { id: { not: 'an id' } }, fails: true },
    { query: 'query ($id: ID!) { userOf(id: $id) { name } }', variables: {}, fails: true },
    { query: 'query ($first: Int) { products(first: $first) { upc } }', variables: { first: null } },
    {
      query:
        '{ me { ...A ...B } } fragment A on User { name reviews { ...C } } fragment B on User { reviews { body } mood } fragment C on Review { id author { mood } }',
    },
    {
      query:
        '{ __proto__: me { constructor: name toString: id hasOwnProperty: reviews { __proto__: body } } valueOf: me { name } }',
    },
    {
      query:
        '{ products { __proto__: upc constructor: title ... on Book { toString: inStock __defineGetter__: shipping } } }',
    },
    {
      query:
        '{ me { reviews { product { ... on Book { reviews { product { ... on Book { reviews { author { mood } } } } } } } } } }',
    },
  ],
}
