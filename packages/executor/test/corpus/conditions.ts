import { type CorpusGraph, fromReference } from './operation.ts'

type Row = Record<string, unknown>

const products = [
  { pid: '1', usItemId: 'u1', offerId: 'o1' },
  { pid: '2', usItemId: 'u2', offerId: 'o2' },
]
const groups = 'g:["u1","u2"]'
const listItems = 'l:["u1o1","u2o2"]'
const idsOf = (list: Row[], ...names: string[]) =>
  JSON.stringify(list.map((one) => names.map((name) => one[name]).join('')))

/** Fields that require different fields of one list, under mutually exclusive conditions. */
const lists: CorpusGraph = {
  name: 'conditions on fields with @requires',
  isStockWrong: true,
  subgraphs: [
    {
      name: 'lists',
      sdl: `type Query { items: ProductList }
        type ProductList @key(fields: "id") { id: ID! products: [Product!]! @external groups: String @requires(fields: "products { usItemId }")
          listItems: String @requires(fields: "products { usItemId offerId }") plain: Int }
        type Product @key(fields: "pid") { pid: ID! usItemId: String @external offerId: String @external }`,
      resolvers: {
        Query: { items: () => ({ id: 'L' }) },
        ProductList: fromReference({
          groups: ({ products }: { products: Row[] }) => `g:${idsOf(products, 'usItemId')}`,
          listItems: ({ products }: { products: Row[] }) => `l:${idsOf(products, 'usItemId', 'offerId')}`,
          plain: () => 3,
        }),
      },
    },
    {
      name: 'products',
      sdl: `type ProductList @key(fields: "id") { id: ID! products: [Product!]! } type Product @key(fields: "pid") { pid: ID! usItemId: String offerId: String }`,
      resolvers: { ProductList: fromReference({ products: () => products }), Product: fromReference() },
    },
  ],
  operations: [
    ...[true, false].map((g) => ({
      query:
        'query ($g: Boolean!) { items { ...G @include(if: $g) ...F @skip(if: $g) } } fragment G on ProductList { groups } fragment F on ProductList { listItems }',
      variables: { g },
      data: { items: g ? { groups } : { listItems } },
    })),
    ...[true, false].map((g) => ({
      query: 'query ($g: Boolean = true) { items { groups listItems @skip(if: $g) ... @include(if: $g) { plain } } }',
      variables: { g },
      data: { items: g ? { groups, plain: 3 } : { groups, listItems } },
    })),
    {
      query:
        'query ($g: Boolean = true) { items { groups @include(if: $g) listItems @skip(if: false) @include(if: $g) } }',
      data: { items: { groups, listItems } },
    },
    {
      query: 'query ($g: Boolean!) { items @include(if: $g) { listItems } other: items @skip(if: $g) { groups } }',
      variables: { g: false },
      data: { other: { groups } },
    },
    {
      query: 'query ($representations: Boolean!) { items { groups @include(if: $representations) listItems } }',
      variables: { representations: true },
      data: { items: { groups, listItems } },
    },
    { query: '{ items { groups @skip(if: true) listItems } }', data: { items: { listItems } } },
  ],
}

/** A client variable named `representations`. */
const sameName: CorpusGraph = {
  name: "a variable with the planner's own name",
  isStockWrong: true,
  subgraphs: [
    {
      name: 'a',
      sdl: 'type Query { t: T } type T @key(fields: "id") { id: ID! }',
      resolvers: { Query: { t: () => ({ id: '1' }) } },
    },
    {
      name: 'b',
      sdl: 'type T @key(fields: "id") { id: ID! f(x: Int): Int g(of: [In!]): Int } input In { x: Int }',
      resolvers: {
        T: {
          __resolveReference: (reference: Row) => reference,
          f: (_: Row, { x }: Row) => x,
          g: (_: Row, { of }: { of: Row[] }) => of[0]?.['x'],
        },
      },
    },
  ],
  operations: [
    {
      query: 'query ($representations: Int) { t { f(x: $representations) } }',
      variables: { representations: 4 },
      data: { t: { f: 4 } },
    },
    {
      query: 'query ($representations: Int = 3) { t { f(x: $representations) } }',
      data: { t: { f: 3 } },
    },
    {
      query:
        'query ($representations: Int = 3, $client_representations: Int, $on: Boolean = true) { t { f(x: $representations) b: f(x: $client_representations) @include(if: $on) g(of: [{ x: $representations }]) } }',
      variables: { client_representations: 5 },
      data: { t: { f: 3, b: 5, g: 3 } },
    },
  ],
}

/** `@skip` and `@include` with variables, where one plan for all values would be wrong. */
export const conditions: readonly CorpusGraph[] = [lists, sameName]
