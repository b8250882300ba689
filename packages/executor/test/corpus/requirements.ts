import { type CorpusGraph, fromReference, fromRows } from './operation.ts'

type Row = Record<string, unknown>

const tell = (reference: Row) => JSON.stringify(reference)

const chain: CorpusGraph = {
  name: 'chains of requirements',
  isStockWrong: true,
  subgraphs: [
    {
      name: 'stock',
      sdl: 'type Query { good: Good } type Good @key(fields: "id") { id: ID! price: Int }',
      resolvers: { Query: { good: () => ({ id: '1', price: 50 }) }, Good: fromRows([{ id: '1', price: 50 }]) },
    },
    {
      name: 'rates',
      sdl: 'type Good @key(fields: "id") { id: ID! price: Int @external isDear: Boolean @requires(fields: "price") canAfford: Boolean @external wish: String @requires(fields: "canAfford") }',
      resolvers: {
        Good: fromReference({
          isDear: ({ price }: Row) => Number(price) > 40,
          wish: ({ canAfford }: Row) => (canAfford ? 'yes' : 'no'),
        }),
      },
    },
    {
      name: 'purses',
      sdl: 'type Good @key(fields: "id") { id: ID! isDear: Boolean @external canAfford: Boolean @requires(fields: "isDear") }',
      resolvers: { Good: fromReference({ canAfford: ({ isDear }: Row) => isDear === false }) },
    },
  ],
  operations: [
    { query: '{ good { wish } }', data: { good: { wish: 'no' } } },
    {
      query: '{ good { canAfford isDear wish price } }',
      data: { good: { canAfford: false, isDear: true, wish: 'no', price: 50 } },
    },
  ],
}

/** The expected representation; the stock executor sends `[{},{}]`. */
const pets = [[{ name: 'Tom' }, null, { loud: true, name: 'Rex' }], []]

const abstract: CorpusGraph = {
  name: 'requirements with fragments, interfaces and nested lists',
  isStockWrong: true,
  subgraphs: [
    {
      name: 'a',
      sdl: `type Query { users: [User] } type User @key(fields: "id") { id: ID! name: String address: Address pets: [[Pet]] }
        interface Address { id: ID! street: String } type Home implements Address { id: ID! street: String city: String } type Work implements Address { id: ID! street: String city: String floor: Int }
        union Pet = Cat | Dog type Cat { name: String } type Dog { name: String loud: Boolean }`,
      resolvers: {
        Query: { users: () => ['1', '2', '3'].map((id) => ({ id })) },
        User: fromReference({
          name: ({ id }: Row) => `name ${id}`,
          address: ({ id }: Row) =>
            id === '3'
              ? null
              : { __typename: id === '1' ? 'Home' : 'Work', id: `a${id}`, street: 's', city: 'c', floor: 7 },
          pets: ({ id }: Row) =>
            id === '2'
              ? null
              : [[{ __typename: 'Cat', name: 'Tom' }, null, { __typename: 'Dog', name: 'Rex', loud: true }], []],
        }),
      },
    },
    {
      name: 'b',
      sdl: `type User @key(fields: "id") { id: ID! name: String @external address: Address @external pets: [[Pet]] @external
          where: String @requires(fields: "address { __typename street ... on Home { city } ... on Work { city floor } }")
          with: String @requires(fields: "pets { ... on Dog { loud name } ... on Cat { name } } name") }
        interface Address { id: ID! street: String } type Home implements Address { id: ID! @external street: String @external city: String @external } type Work implements Address { id: ID! @external street: String @external city: String @external floor: Int @external }
        union Pet = Cat | Dog type Cat { name: String @external } type Dog { name: String @external loud: Boolean @external }`,
      resolvers: { User: fromReference({ where: tell, with: tell }) },
    },
  ],
  operations: [
    {
      query: '{ users { where } }',
      data: {
        users: [
          { where: tell({ __typename: 'User', id: '1', address: { __typename: 'Home', street: 's', city: 'c' } }) },
          {
            where: tell({
              __typename: 'User',
              id: '2',
              address: { __typename: 'Work', street: 's', city: 'c', floor: 7 },
            }),
          },
          { where: tell({ __typename: 'User', id: '3', address: null }) },
        ],
      },
    },
    {
      query: '{ users { with pets { __typename } } }',
      data: {
        users: [
          {
            with: tell({ __typename: 'User', id: '1', pets, name: 'name 1' }),
            pets: [[{ __typename: 'Cat' }, null, { __typename: 'Dog' }], []],
          },
          { with: tell({ __typename: 'User', id: '2', pets: null, name: 'name 2' }), pets: null },
          {
            with: tell({ __typename: 'User', id: '3', pets, name: 'name 3' }),
            pets: [[{ __typename: 'Cat' }, null, { __typename: 'Dog' }], []],
          },
        ],
      },
    },
  ],
}

const provided: CorpusGraph = {
  name: '@provides',
  subgraphs: [
    {
      name: 'shop',
      sdl: `type Query { goods: [Good] @provides(fields: "categories { id name }") media: [Media] @provides(fields: "... on Film { title } ... on Song { title }") first: Item @provides(fields: "... on Film { title }") }
        type Good @key(fields: "id") { id: ID! categories: [Category] @external } type Category @key(fields: "id") { id: ID! name: String @external }
        interface Media { id: ID! } union Item = Film | Song type Film implements Media @key(fields: "id") { id: ID! title: String @external } type Song implements Media @key(fields: "id") { id: ID! title: String @external }`,
      resolvers: {
        Query: {
          goods: () => [{ id: '1', categories: [{ id: 'c1', name: 'provided' }] }],
          media: () => [
            { __typename: 'Film', id: 'f1', title: 'provided' },
            { __typename: 'Song', id: 's1', title: 'provided' },
          ],
          first: () => ({ __typename: 'Song', id: 's1', title: 'not provided' }),
        },
        Good: fromReference(),
      },
    },
    {
      name: 'owner',
      sdl: `type Good @key(fields: "id") { id: ID! categories: [Category] @shareable } type Category @key(fields: "id") { id: ID! name: String @shareable subs: [Category] }
        type Film @key(fields: "id") { id: ID! title: String @shareable minutes: Int } type Song @key(fields: "id") { id: ID! title: String @shareable }`,
      resolvers: {
        Good: fromReference({ categories: () => [{ id: 'c1' }] }),
        Category: fromReference({ name: ({ id }: Row) => `owned ${id}`, subs: ({ id }: Row) => [{ id: `${id}.1` }] }),
        Film: fromReference({ title: () => 'owned', minutes: () => 90 }),
        Song: fromReference({ title: () => 'owned' }),
      },
    },
  ],
  operations: [
    { query: '{ goods { categories { name } } }', data: { goods: [{ categories: [{ name: 'provided' }] }] } },
    {
      query: '{ goods { categories { name subs { name } } } }',
      data: { goods: [{ categories: [{ name: 'provided', subs: [{ name: 'owned c1.1' }] }] }] },
    },
    {
      query: '{ media { id ... on Film { title minutes } ... on Song { title } } }',
      data: {
        media: [
          { id: 'f1', title: 'provided', minutes: 90 },
          { id: 's1', title: 'provided' },
        ],
      },
    },
    { query: '{ first { ... on Song { title } ... on Film { title } } }', data: { first: { title: 'owned' } } },
  ],
}

const overridden: CorpusGraph = {
  name: '@override',
  subgraphs: [
    {
      name: 'old',
      sdl: `type Query { post: Post feed: [Feed!] } interface Feed { id: ID! created: String } type Post implements Feed @key(fields: "id") { id: ID! created: String slowly: String title: String } type Ad implements Feed @key(fields: "id") { id: ID! created: String }`,
      resolvers: {
        Query: {
          post: () => ({ id: 'p1' }),
          feed: () => [
            { __typename: 'Post', id: 'p1' },
            { __typename: 'Ad', id: 'a1', created: 'old a1' },
          ],
        },
        Post: fromReference({ created: () => gone('created'), slowly: () => 'old', title: () => 'Hi' }),
        Ad: fromReference({ created: ({ id }: Row) => `old ${id}` }),
      },
    },
    {
      name: 'new',
      sdl: `type Post @key(fields: "id") { id: ID! created: String @override(from: "old") slowly: String @override(from: "old", label: "percent(50)") title: String @external label: String @requires(fields: "title") }`,
      resolvers: {
        Post: fromReference({
          created: ({ id }: Row) => `new ${id}`,
          slowly: () => gone('slowly'),
          label: ({ title }: Row) => `<${title}>`,
        }),
      },
    },
    {
      name: 'third',
      sdl: `type Post @key(fields: "id") { id: ID! created: String @external since: String @requires(fields: "created") }`,
      resolvers: { Post: fromReference({ since: ({ created }: Row) => `since ${created}` }) },
    },
  ],
  operations: [
    {
      query: '{ post { created since title } }',
      data: { post: { created: 'new p1', since: 'since new p1', title: 'Hi' } },
    },
    {
      query: '{ feed { id created } }',
      data: {
        feed: [
          { id: 'p1', created: 'new p1' },
          { id: 'a1', created: 'old a1' },
        ],
      },
    },
    { query: '{ post { label slowly } }', data: { post: { label: '<Hi>', slowly: 'old' } } },
  ],
}

function gone(field: string): never {
  throw new Error(`${field} is answered elsewhere`)
}

/** @requires, also in chains; @provides on types of every kind; @override, with and without a label. */
export const requirements: readonly CorpusGraph[] = [chain, abstract, provided, overridden]
