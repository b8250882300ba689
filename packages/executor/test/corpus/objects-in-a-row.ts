import { type CorpusGraph, fromReference } from './operation.ts'

type Row = Record<string, unknown>

const accounts = ['u1', 'u2']

/** Two subgraphs with an interface object, and one with its types. */
export const objectsInARow: CorpusGraph = {
  name: 'two interface objects with requirements',
  subgraphs: [
    {
      name: 'types',
      sdl: `type Query { users: [NodeWithName!]! anotherUsers: [NodeWithName] } interface NodeWithName @key(fields: "id") { id: ID! name: String }
        type User implements NodeWithName @key(fields: "id") { id: ID! name: String age: Int } type Guest implements NodeWithName @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: {
          users: () => accounts.map((id) => ({ __typename: id === 'u1' ? 'User' : 'Guest', id, name: `name ${id}` })),
          anotherUsers: () => [{ __typename: 'User', id: 'u1', name: 'name u1' }],
        },
        NodeWithName: {
          __resolveReference: ({ id }: Row) => ({ __typename: id === 'u1' ? 'User' : 'Guest', id, name: `name ${id}` }),
        },
        User: { __resolveReference: ({ id }: Row) => ({ id, name: `name ${id}` }), age: () => 36 },
        Guest: { __resolveReference: ({ id }: Row) => ({ id, name: `name ${id}` }) },
      },
    },
    {
      name: 'names',
      sdl: 'type NodeWithName @key(fields: "id") @interfaceObject { id: ID! name: String @external username: String @requires(fields: "name") likes: [Like] } type Like @key(fields: "of { id }") { of: NodeWithName } type Query { liked: NodeWithName }',
      resolvers: {
        Query: { liked: () => ({ id: 'u2' }) },
        NodeWithName: fromReference({
          username: ({ name }: Row) => `@${name}`,
          likes: ({ id }: Row) => (id === 'u1' ? [{ of: { id: 'u2' } }, null] : []),
        }),
      },
    },
    {
      name: 'ranks',
      sdl: 'type NodeWithName @key(fields: "id") @interfaceObject { id: ID! rank: Int! }',
      resolvers: { NodeWithName: fromReference({ rank: ({ id }: Row) => accounts.indexOf(String(id)) }) },
    },
  ],
  operations: [
    {
      query: '{ users { id name username } }',
      data: {
        users: [
          { id: 'u1', name: 'name u1', username: '@name u1' },
          { id: 'u2', name: 'name u2', username: '@name u2' },
        ],
      },
    },
    {
      query: '{ anotherUsers { username ... on User { age rank } } }',
      data: { anotherUsers: [{ username: '@name u1', age: 36, rank: 0 }] },
    },
    { query: '{ liked { id } }', data: { liked: { id: 'u2' } } },
    { query: '{ liked { rank username } }', data: { liked: { rank: 1, username: '@name u2' } } },
    {
      query: '{ liked { __typename ... on Guest { rank } ... on User { age } } }',
      data: { liked: { __typename: 'Guest', rank: 1 } },
    },
    {
      query: '{ users { likes { of { id rank name __typename ... on Guest { username } } } } }',
      data: {
        users: [
          { likes: [{ of: { id: 'u2', rank: 1, name: 'name u2', __typename: 'Guest', username: '@name u2' } }, null] },
          { likes: [] },
        ],
      },
    },
  ],
}
