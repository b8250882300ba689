import type { CorpusGraph } from './operation.ts'

const media = [
  { __typename: 'Song', id: 'm1', title: 'Sea', seconds: 10 },
  { __typename: 'Clip', id: 'm2', title: 'Sky', frames: 20 },
]
const find = ({ id }: { id: string }) => media.find((one) => one.id === id) ?? null

const library = {
  name: 'library',
  sdl: `
    interface Media @key(fields: "id") { id: ID! title: String }
    type Song implements Media @key(fields: "id") { id: ID! title: String seconds: Int }
    type Clip implements Media @key(fields: "id") { id: ID! title: String frames: Int }
    type Query { media: [Media] song: Song }
  `,
  resolvers: {
    Query: { media: () => media, song: () => media[0] },
    Media: { __resolveReference: find },
    Song: { __resolveReference: find },
    Clip: { __resolveReference: find },
  },
}

const charts = {
  name: 'charts',
  sdl: `
    type Media @key(fields: "id") @interfaceObject { id: ID! title: String @external plays: Int label: String @requires(fields: "title") }
    type Query { top: [Media] gone: Media }
  `,
  resolvers: {
    Query: { top: () => [{ id: 'm2' }, { id: 'm1' }, null], gone: () => ({ id: 'm9' }) },
    Media: {
      __resolveReference: (reference: object) => reference,
      plays: ({ id }: { id: string }) => (id === 'm1' ? 0 : 3),
      label: ({ title, id }: { title: string; id: string }) => `${title} ${id}`,
    },
  },
}

const labels = {
  name: 'labels',
  sdl: `
    interface Media @key(fields: "id") { id: ID! credits: [Credit] }
    type Song implements Media @key(fields: "id") { id: ID! credits: [Credit] }
    type Clip implements Media @key(fields: "id") { id: ID! credits: [Credit] }
    type Credit { of: Media role: Role }
    enum Role { LEAD GUEST }
  `,
  resolvers: {
    ...Object.fromEntries(
      ['Media', 'Song', 'Clip'].map((type) => [
        type,
        {
          __resolveReference: ({ id }: { id: string }) => ({ __typename: find({ id })?.__typename ?? 'Song', id }),
          ...(type !== 'Media' && {
            credits: ({ id }: { id: string }) => [
              { of: { __typename: 'Song', id: 'm1' }, role: id === 'm1' ? 'LEAD' : 'GUEST' },
            ],
          }),
        },
      ]),
    ),
  },
}

/** @interfaceObject, and keys on interfaces. */
export const interfaceObjects: CorpusGraph = {
  name: 'interface objects',
  parts: [library, charts, labels],
  operations: [
    { query: '{ media { id title plays } }' },
    { query: '{ media { __typename label ... on Song { seconds plays } ... on Clip { frames label } } }' },
    { query: '{ top { id plays } }' },
    { query: '{ top { __typename id plays title label } }' },
    { query: '{ top { plays ... on Song { seconds } ... on Clip { frames } } }' },
    { query: '{ top { credits { role of { title plays label __typename } } } }' },
    { query: '{ song { plays label credits { of { id plays } } } }' },
    { query: '{ gone { id plays } }' },
  ],
}
