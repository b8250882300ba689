import { type CorpusGraph, fromReference, fromRows } from './operation.ts'

type Row = Record<string, unknown>

const books = [
  { id: '1', isbn: 'a', title: 'Rows', author: { id: 'p1', country: { code: 'no' } } },
  { id: '2', isbn: 'b', title: 'Seats', author: { id: 'p2', country: { code: 'se' } } },
]

const chain: CorpusGraph = {
  name: 'chains of keys',
  subgraphs: [
    {
      name: 'list',
      sdl: 'type Query { books: [Book!]! } type Book @key(fields: "id") { id: ID! }',
      resolvers: { Query: { books: () => books.map(({ id }) => ({ id })) }, Book: fromReference() },
    },
    {
      name: 'numbers',
      sdl: 'type Book @key(fields: "id") @key(fields: "isbn") { id: ID! isbn: ID! }',
      resolvers: { Book: fromRows(books) },
    },
    {
      name: 'titles',
      sdl: 'type Book @key(fields: "isbn") { isbn: ID! title: String author: Person } type Person @key(fields: "id country { code }") { id: ID! country: Country! } type Country @shareable { code: ID! }',
      resolvers: { Book: fromRows(books), Person: fromReference() },
    },
    {
      name: 'people',
      sdl: 'type Person @key(fields: "id country { code }") { id: ID! country: Country! name: String } type Country @shareable { code: ID! }',
      resolvers: { Person: fromReference({ name: ({ id, country }: Row) => `${id} of ${(country as Row)['code']}` }) },
    },
  ],
  operations: [
    { query: '{ books { title } }', data: { books: [{ title: 'Rows' }, { title: 'Seats' }] } },
    {
      query: '{ books { author { name } isbn } }',
      data: {
        books: [
          { author: { name: 'p1 of no' }, isbn: 'a' },
          { author: { name: 'p2 of se' }, isbn: 'b' },
        ],
      },
    },
  ],
}

const nullKeys: CorpusGraph = {
  name: 'null keys and missing entities',
  subgraphs: [
    {
      name: 'containers',
      sdl: 'type Query { containers: [Container] } type Container { book: Book } type Book @key(fields: "isbn") { isbn: ID }',
      resolvers: {
        Query: {
          containers: () => [
            { book: { isbn: 'a' } },
            { book: { isbn: null } },
            { book: null },
            { book: { isbn: 'gone' } },
            null,
          ],
        },
      },
    },
    {
      name: 'titles',
      sdl: 'type Book @key(fields: "isbn") { isbn: ID title: String }',
      resolvers: { Book: { __resolveReference: ({ isbn }: Row) => books.find((book) => book.isbn === isbn) ?? null } },
    },
  ],
  operations: [
    {
      query: '{ containers { book { title } } }',
      data: {
        containers: [
          { book: { title: 'Rows' } },
          { book: { title: null } },
          { book: null },
          { book: { title: null } },
          null,
        ],
      },
    },
    {
      query: '{ containers { book { isbn title } } }',
      data: {
        containers: [
          { book: { isbn: 'a', title: 'Rows' } },
          { book: { isbn: null, title: null } },
          { book: null },
          { book: { isbn: 'gone', title: null } },
          null,
        ],
      },
    },
  ],
}

const valueObjects: CorpusGraph = {
  name: 'a value object within an entity',
  subgraphs: [
    {
      name: 'goods',
      sdl: 'type Query { goods: [Good] } type Good @key(fields: "id pid") { id: ID! pid: ID! }',
      resolvers: {
        Query: {
          goods: () => [
            { id: '1', pid: 'x' },
            { id: '2', pid: 'y' },
          ],
        },
      },
    },
    {
      name: 'categories',
      sdl: 'type Good @key(fields: "id pid") { id: ID! pid: ID! category: Category } type Category { details: Details } type Details @shareable { count: Int }',
      resolvers: { Good: fromReference({ category: ({ id }: Row) => ({ details: { count: Number(id) } }) }) },
    },
    {
      name: 'more',
      sdl: 'type Good @key(fields: "id pid") { id: ID! pid: ID! more: More } type More { details: Details note: String } type Details @shareable { count: Int }',
      resolvers: { Good: fromReference({ more: ({ pid }: Row) => ({ details: { count: 9 }, note: pid }) }) },
    },
  ],
  operations: [
    {
      query: '{ goods { category { details { count } } } }',
      data: { goods: [{ category: { details: { count: 1 } } }, { category: { details: { count: 2 } } }] },
    },
    {
      query: '{ goods { more { note details { count } } id } }',
      data: {
        goods: [
          { more: { note: 'x', details: { count: 9 } }, id: '1' },
          { more: { note: 'y', details: { count: 9 } }, id: '2' },
        ],
      },
    },
  ],
}

const user = { id: 'u1', name: 'Ada', nickname: 'A' }

/** The older `@extends` and `@external` syntax. */
const external: CorpusGraph[] = [
  [
    'extends',
    'type User @extends @key(fields: "id") { id: ID! @external name: String @external label: String @requires(fields: "name") }',
  ],
  [
    'extend type',
    'extend type User @key(fields: "id") { id: ID! @external name: String @external label: String @requires(fields: "name") }',
  ],
  [
    'no more than a key',
    'type User @key(fields: "id") { id: ID! name: String @external label: String @requires(fields: "name") }',
  ],
].map(([name, sdl]) => ({
  name: `types of others: ${name}`,
  subgraphs: [
    {
      name: 'users',
      sdl: 'type Query { users: [User] } type User @key(fields: "id") { id: ID! name: String nickname: String }',
      resolvers: { Query: { users: () => [user, null] }, User: fromRows([user]) },
    },
    {
      name: 'labels',
      sdl: `type Query { first: User } ${sdl}`,
      resolvers: {
        Query: { first: () => ({ id: 'u1' }) },
        User: fromReference({ label: ({ name }: Row) => `<${name}>` }),
      },
    },
  ],
  operations: [
    {
      query: '{ users { label } first { id nickname label } }',
      data: { users: [{ label: '<Ada>' }, null], first: { id: 'u1', nickname: 'A', label: '<Ada>' } },
    },
    { query: '{ first { name } }', data: { first: { name: 'Ada' } } },
  ],
}))

const nodes: CorpusGraph = {
  name: 'node(id:) of several types',
  subgraphs: [
    {
      name: 'accounts',
      sdl: 'type Query { node(id: ID!): Thing account: Account } interface Thing { id: ID! } type Account implements Thing @key(fields: "id") { id: ID! username: String chats: [Chat] } type Chat @key(fields: "id", resolvable: false) { id: ID! }',
      resolvers: {
        Query: { node: (_: unknown, { id }: Row) => ({ __typename: 'Account', id }), account: () => ({ id: 'n1' }) },
        Account: fromReference({ username: ({ id }: Row) => `user ${id}`, chats: () => [{ id: 'n1' }, { id: 'n2' }] }),
      },
    },
    {
      name: 'chats',
      sdl: 'interface Thing { id: ID! } type Query { chat(id: ID!): Chat nodes: [Thing!]! } type Chat implements Thing @key(fields: "id") { id: ID! text: String account: Account } type Account implements Thing @key(fields: "id") { id: ID! }',
      resolvers: {
        Query: {
          chat: (_: unknown, { id }: Row) => ({ id }),
          nodes: () => [
            { __typename: 'Chat', id: 'n1' },
            { __typename: 'Account', id: 'n1' },
          ],
        },
        Chat: fromReference({ text: ({ id }: Row) => `text ${id}`, account: ({ id }: Row) => ({ id }) }),
        Account: fromReference(),
      },
    },
  ],
  operations: [
    {
      query: '{ account { id username chats { id text account { id username } } } }',
      data: {
        account: {
          id: 'n1',
          username: 'user n1',
          chats: [
            { id: 'n1', text: 'text n1', account: { id: 'n1', username: 'user n1' } },
            { id: 'n2', text: 'text n2', account: { id: 'n2', username: 'user n2' } },
          ],
        },
      },
    },
    {
      query: '{ nodes { id __typename ... on Chat { text } ... on Account { username } } }',
      data: {
        nodes: [
          { id: 'n1', __typename: 'Chat', text: 'text n1' },
          { id: 'n1', __typename: 'Account', username: 'user n1' },
        ],
      },
    },
    {
      query: '{ node(id: "n7") { __typename id ... on Account { username } } }',
      data: { node: { __typename: 'Account', id: 'n7', username: 'user n7' } },
    },
  ],
}

const roots: CorpusGraph = {
  name: 'a shareable root field',
  subgraphs: ['category', 'name', 'price'].map((field) => ({
    name: field,
    sdl: `type Query { good: Good @shareable goods: [Good!] @shareable } type Good { id: ID! @shareable ${field}: Part } type Part @shareable { id: ID! of: String }`,
    resolvers: {
      Query: {
        good: () => ({ id: '1', [field]: { id: field, of: '1' } }),
        goods: () => [
          { id: '1', [field]: { id: field, of: '1' } },
          { id: '2', [field]: null },
        ],
      },
    },
  })),
  operations: [
    {
      query: '{ good { id name { id of } category { id } price { of } } }',
      data: { good: { id: '1', name: { id: 'name', of: '1' }, category: { id: 'category' }, price: { of: '1' } } },
    },
    {
      query: '{ goods { name { of } id price { id } } }',
      data: {
        goods: [
          { name: { of: '1' }, id: '1', price: { id: 'price' } },
          { name: null, id: '2', price: null },
        ],
      },
    },
  ],
}

/** Keys: several, compound, nested and null; extended types; shareable root fields. */
export const keys: readonly CorpusGraph[] = [chain, nullKeys, valueObjects, ...external, nodes, roots]
