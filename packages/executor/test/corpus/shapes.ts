import { type CorpusGraph, fromReference } from './operation.ts'

type Row = Record<string, unknown>

const unions: CorpusGraph = {
  name: 'a union whose members differ by subgraph',
  subgraphs: [
    {
      name: 'a',
      sdl: `type Query { media: Media @shareable book: Media song: Media viewer: Viewer @shareable }
        union Media = Book type Book { title: String! @shareable } union ViewerMedia = Book type Viewer { media: ViewerMedia @shareable book: ViewerMedia song: ViewerMedia }`,
      resolvers: {
        Query: {
          media: () => ({ __typename: 'Book', title: 'b' }),
          book: () => ({ __typename: 'Book', title: 'b' }),
          song: () => null,
          viewer: () => ({ media: { __typename: 'Book', title: 'b' }, book: { __typename: 'Book', title: 'b' } }),
        },
      },
    },
    {
      name: 'b',
      sdl: `type Query { media: Media @shareable viewer: Viewer @shareable movie: Media } union Media = Book | Movie type Movie { title: String! } type Book { title: String! @shareable }
        union ViewerMedia = Book | Movie type Viewer { media: ViewerMedia @shareable movie: ViewerMedia }`,
      resolvers: {
        Query: {
          media: () => ({ __typename: 'Book', title: 'b' }),
          viewer: () => ({ media: { __typename: 'Book', title: 'b' }, movie: { __typename: 'Movie', title: 'm' } }),
          movie: () => ({ __typename: 'Movie', title: 'm' }),
        },
      },
    },
  ],
  operations: [
    { query: '{ media { ... on Book { title } } }', data: { media: { title: 'b' } } },
    { query: '{ book { ... on Movie { title } } song { __typename } }', data: { book: {}, song: null } },
    { query: '{ movie { __typename ... on Book { title } } }', data: { movie: { __typename: 'Movie' } } },
    {
      query:
        '{ viewer { media { ... on Movie { title } ... on Book { title } } book { __typename } movie { ... on Movie { title } } } }',
      data: { viewer: { media: { title: 'b' }, book: { __typename: 'Book' }, movie: { title: 'm' } } },
    },
  ],
}

const interfaces: CorpusGraph = {
  name: 'an interface with fields in several subgraphs',
  subgraphs: [
    {
      name: 'goods',
      sdl: `type Query { goods: [Good] } interface Good { id: ID! sizes: Sizes } type Sizes { size: String weight: Float }
        type Book implements Good @key(fields: "id") { id: ID! sizes: Sizes @shareable hidden: String @inaccessible } type Magazine implements Good @key(fields: "id") { id: ID! sizes: Sizes @shareable }`,
      resolvers: {
        Query: {
          goods: () => [
            { __typename: 'Book', id: 'b1', sizes: { size: 'A', weight: 1.5 } },
            { __typename: 'Magazine', id: 'm1', sizes: null },
          ],
        },
        Book: fromReference({ hidden: () => 'h' }),
        Magazine: fromReference(),
      },
    },
    {
      name: 'reviews',
      sdl: `interface Good { id: ID! reviews: [Review!]! } type Review { id: Int! good: Good }
        type Book implements Good @key(fields: "id") { id: ID! reviews: [Review!]! hidden: String @external told: String @requires(fields: "hidden") } type Magazine implements Good @key(fields: "id") { id: ID! reviews: [Review!]! }`,
      resolvers: Object.fromEntries(
        ['Book', 'Magazine'].map((type) => [
          type,
          fromReference({
            reviews: ({ id }: Row) => [{ id: 1, good: { __typename: type, id } }],
            told: ({ hidden }: Row) => `${hidden}!`,
          }),
        ]),
      ),
    },
    {
      name: 'titles',
      sdl: `interface Titled { title: String } type Book implements Titled @key(fields: "id") { id: ID! title: String } type Magazine implements Titled @key(fields: "id") { id: ID! title: String }`,
      resolvers: Object.fromEntries(
        ['Book', 'Magazine'].map((type) => [type, fromReference({ title: ({ id }: Row) => `title ${id}` })]),
      ),
    },
  ],
  operations: [
    {
      query: '{ goods { id sizes { size } reviews { good { id reviews { id } ... on Titled { title } } } } }',
      data: {
        goods: [
          {
            id: 'b1',
            sizes: { size: 'A' },
            reviews: [{ good: { id: 'b1', reviews: [{ id: 1 }], title: 'title b1' } }],
          },
          { id: 'm1', sizes: null, reviews: [{ good: { id: 'm1', reviews: [{ id: 1 }], title: 'title m1' } }] },
        ],
      },
    },
    {
      query: '{ goods { ... on Titled { ... on Magazine { title } } ... on Book { told } } }',
      data: { goods: [{ told: 'h!' }, { title: 'title m1' }] },
    },
    {
      query: '{ goods { __typename t: __typename ... on Good { __typename } } a: __typename }',
      data: {
        goods: [
          { __typename: 'Book', t: 'Book' },
          { __typename: 'Magazine', t: 'Magazine' },
        ],
        a: 'Query',
      },
    },
  ],
}

const inputs: CorpusGraph = {
  name: 'enums and inputs that differ by subgraph',
  subgraphs: [
    {
      name: 'a',
      sdl: `type Query { byFilter(filter: Filter! = { first: 3 }): String users: [User!] } input Filter { first: Int! only: String } enum Kind { PERSON ROBOT @inaccessible }
        type User @key(fields: "id") { id: ID! kind: Kind @shareable }`,
      resolvers: {
        Query: {
          byFilter: (_: unknown, { filter }: Row) => JSON.stringify(filter),
          users: () => [
            { id: '1', kind: 'PERSON' },
            { id: '2', kind: 'ROBOT' },
          ],
        },
        User: fromReference(),
      },
    },
    {
      name: 'b',
      sdl: 'type Query { echo(filter: Filter, kind: Kind = PERSON): String } input Filter { first: Int! } enum Kind { PERSON ROBOT @inaccessible } type User @key(fields: "id") { id: ID! kind: Kind @shareable friends: [User!] }',
      resolvers: {
        Query: { echo: (_: unknown, { filter, kind }: Row) => JSON.stringify([filter, kind]) },
        User: fromReference({
          friends: () => [
            { id: '1', kind: 'ROBOT' },
            { id: '2', kind: 'PERSON' },
          ],
        }),
      },
    },
  ],
  operations: [
    { query: '{ byFilter }', data: { byFilter: '{"first":3}' } },
    {
      query: 'query ($first: Int! = 4) { byFilter(filter: { first: $first }) echo(filter: { first: $first }) }',
      data: { byFilter: '{"first":4}', echo: '[{"first":4},"PERSON"]' },
    },
    {
      query: 'query ($f: Filter = { first: 5 }, $k: Kind) { echo(filter: $f, kind: $k) }',
      data: { echo: '[{"first":5},"PERSON"]' },
    },
    { query: 'query ($k: Kind) { echo(kind: $k) }', variables: { k: null }, data: { echo: '[null,null]' } },
    {
      query: '{ users { id kind } }',
      data: {
        users: [
          { id: '1', kind: 'PERSON' },
          { id: '2', kind: null },
        ],
      },
      fails: true,
    },
    {
      query: '{ users { friends { id kind } } }',
      data: {
        users: [
          {
            friends: [
              { id: '1', kind: null },
              { id: '2', kind: 'PERSON' },
            ],
          },
          {
            friends: [
              { id: '1', kind: null },
              { id: '2', kind: 'PERSON' },
            ],
          },
        ],
      },
      fails: true,
    },
  ],
}

const skipping: CorpusGraph = {
  name: 'skipped fetches that other fields depend on',
  subgraphs: [
    {
      name: 'a',
      sdl: 'type Query { good: Good } type Good @key(fields: "id") { id: ID! price: Float isDear: Boolean }',
      resolvers: { Query: { good: () => ({ id: '1', price: 7, isDear: true }) } },
    },
    {
      name: 'b',
      sdl: 'type Good @key(fields: "id") { id: ID! isDear: Boolean @external never: String neither: String told: String @requires(fields: "isDear") }',
      resolvers: {
        Good: fromReference({
          never: () => {
            throw new Error('asked for what is skipped')
          },
          neither: () => 'neither',
          told: ({ isDear }: Row) => String(isDear),
        }),
      },
    },
  ],
  operations: [
    { query: 'query ($on: Boolean = false) { good { price never @include(if: $on) } }', data: { good: { price: 7 } } },
    {
      query: 'query ($on: Boolean = true) { good { price never @skip(if: $on) neither } }',
      data: { good: { price: 7, neither: 'neither' } },
    },
    {
      query: 'query ($on: Boolean = false) { good { ... @include(if: $on) { never told } told } }',
      data: { good: { told: 'true' } },
    },
    {
      query: 'query ($a: Boolean!) { good @skip(if: $a) { told } __typename }',
      variables: { a: true },
      data: { __typename: 'Query' },
    },
  ],
}

/** Abstract types, enums and inputs that differ by subgraph; skipped fetches. */
export const shapes: readonly CorpusGraph[] = [unions, interfaces, inputs, skipping]
