import type { CorpusGraph } from './operation.ts'

const counter = { value: 0 }

const counts = {
  name: 'counts',
  sdl: `
    schema { query: CountQuery mutation: CountMutation }
    input Step { by: Int! = 1 note: String tags: [String!] }
    type CountQuery { zero: Int! me: Account }
    type CountMutation { reset: Int! add(step: Step!): Total! fail: Int }
    type Total { value: Int! query: CountQuery account: Account echo: String }
    type Account @key(fields: "id") { id: ID! }
  `,
  resolvers: {
    CountQuery: { zero: () => 0, me: () => ({ id: 'a1' }) },
    CountMutation: {
      reset: () => {
        counter.value = 0
        return 0
      },
      add: (_: unknown, { step }: { step: { by: number } }) => {
        counter.value += step.by
        return { value: counter.value, query: {}, account: { id: 'a1' }, echo: JSON.stringify(step) }
      },
      fail: () => {
        throw new Error('no')
      },
    },
  },
}

const names = {
  name: 'names',
  sdl: `
    type Query { hello: String }
    type Mutation { rename(to: String!): Account }
    type Account @key(fields: "id") { id: ID! name: String }
  `,
  resolvers: {
    Query: { hello: () => 'hello' },
    Mutation: { rename: (_: unknown, { to }: { to: string }) => ({ id: 'a1', name: to }) },
    Account: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `name of ${id}` }) },
  },
}

/** Mutations across subgraphs in order, renamed root types, and Query as the type of a field. */
export const mutations: CorpusGraph = {
  name: 'mutations',
  subgraphs: [counts, names],
  operations: [
    {
      query:
        'mutation { reset one: add(step: {by: 2}) { value } rename(to: "x") { name } two: add(step: {}) { value account { name } } }',
      data: { reset: 0, one: { value: 2 }, rename: { name: 'x' }, two: { value: 3, account: { name: 'name of a1' } } },
    },
    {
      query:
        'mutation { reset __typename add(step: {by: 1, tags: ["a"]}) { echo query { hello zero me { name } __typename } } }',
    },
    { query: 'mutation ($s: Step!) { reset add(step: $s) { echo } }', variables: { s: { by: 4, note: 'n' } } },
    { query: 'mutation { reset fail after: add(step: {}) { value } }', fails: true },
    { query: '{ hello me { name } zero __typename }' },
  ],
}
