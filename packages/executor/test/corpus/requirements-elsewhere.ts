import { type CorpusGraph, fromReference } from './operation.ts'

type Row = Record<string, unknown>

const size = 'type Size @shareable { x: Int }'
const tell = ({ id, size }: Row) => JSON.stringify({ id, size })

/** `label` requires `mark`, which requires `size`, which the subgraph of `label` resolves. In the root subgraph, `size` is external. */
const ledBack: CorpusGraph = {
  name: 'requirements that return to their subgraph through a third',
  isStockWrong: true,
  subgraphs: [
    {
      name: 'marks',
      sdl: `${size} type Box @key(fields: "id") { id: ID! size: Size @external mark: String @requires(fields: "size { x }") } type Query { marked: Box }`,
      resolvers: { Query: { marked: () => ({ id: '2' }) }, Box: fromReference({ mark: tell }) },
    },
    {
      name: 'shop',
      sdl: `${size} type Box @key(fields: "id") { id: ID! size: Size @external parcel: String @requires(fields: "size { x }") } type Query { box: Box boxes: [Box] }`,
      resolvers: {
        Query: { box: () => ({ id: '1' }), boxes: () => [{ id: '1' }, null, { id: '2' }] },
        Box: fromReference({ parcel: tell }),
      },
    },
    {
      name: 'labels',
      sdl: `${size} type Box @key(fields: "id") { id: ID! size: Size mark: String @external label: String @requires(fields: "mark") }`,
      resolvers: {
        Box: fromReference({ size: ({ id }: Row) => ({ x: Number(id) + 6 }), label: ({ mark }: Row) => mark }),
      },
    },
  ],
  operations: [
    { query: '{ box { label } }', data: { box: { label: marked('1', 7) } } },
    { query: '{ marked { label } }', data: { marked: { label: marked('2', 8) } } },
    {
      query: '{ boxes { label size { x } mark parcel } }',
      data: {
        boxes: [
          { label: marked('1', 7), size: { x: 7 }, mark: marked('1', 7), parcel: marked('1', 7) },
          null,
          { label: marked('2', 8), size: { x: 8 }, mark: marked('2', 8), parcel: marked('2', 8) },
        ],
      },
    },
    {
      query: 'query ($on: Boolean!) { box { ... @include(if: $on) { label } ... @skip(if: $on) { parcel } } }',
      variables: { on: true },
      data: { box: { label: marked('1', 7) } },
    },
  ],
}

function marked(id: string, x: number): string {
  return tell({ id, size: { x } })
}

/** Objects at one path, reached through several types, with fields of different requirements. */
const oneOfSeveralWays: CorpusGraph = {
  name: 'objects at one path with different requirements',
  isStockWrong: true,
  subgraphs: [
    {
      name: 'library',
      sdl: `type Query { media: [Media] } union Media = Song | Clip type Song { by: Person } type Clip { by: Person }
        type Person @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: {
          media: () => [
            { __typename: 'Song', by: { id: 'p1', name: 'Ada' } },
            { __typename: 'Clip', by: { id: 'p2', name: 'Bob' } },
          ],
        },
      },
    },
    {
      name: 'towns',
      sdl: 'type Person @key(fields: "id") { id: ID! town: String }',
      resolvers: { Person: fromReference({ town: ({ id }: Row) => `town of ${id}` }) },
    },
    {
      name: 'cards',
      sdl: `type Person @key(fields: "id") { id: ID! name: String @external town: String @external age: Int
        badge: String! @requires(fields: "name") address: String @requires(fields: "town") }`,
      resolvers: {
        Person: fromReference({
          age: () => 36,
          badge: ({ name }: Row) => name,
          address: ({ town }: Row) => `at ${town}`,
        }),
      },
    },
  ],
  operations: [
    {
      query: '{ media { ... on Song { by { badge } } ... on Clip { by { age } } } }',
      data: { media: [{ by: { badge: 'Ada' } }, { by: { age: 36 } }] },
    },
    {
      query: '{ media { ... on Song { by { badge age } } ... on Clip { by { address } } } }',
      data: { media: [{ by: { badge: 'Ada', age: 36 } }, { by: { address: 'at town of p2' } }] },
    },
    {
      query: '{ media { ... on Song { by { badge address } } ... on Clip { by { address badge age } } } }',
      data: {
        media: [
          { by: { badge: 'Ada', address: 'at town of p1' } },
          { by: { address: 'at town of p2', badge: 'Bob', age: 36 } },
        ],
      },
    },
  ],
}

/** Requirements that the planner leaves out or fetches from the wrong subgraph. */
export const requirementsElsewhere: readonly CorpusGraph[] = [ledBack, oneOfSeveralWays]
