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

/** A field of the interface beside one that requires a field of some types only. Objects of other types still get the first. */
export const partlyRequiring: CorpusGraph = {
  name: 'interface objects whose fields have different requirements',
  isStockWrong: true,
  subgraphs: [library, charts],
  operations: [
    {
      query: '{ media { plays ... on Song { label } } }',
      data: { media: [{ plays: 0, label: 'Sea m1' }, { plays: 3 }] },
    },
    {
      query: '{ media { ... on Song { label } ... on Clip { plays } } }',
      data: { media: [{ label: 'Sea m1' }, { plays: 3 }] },
    },
    {
      query: '{ top { plays ... on Clip { label } } }',
      data: { top: [{ plays: 3, label: 'Sky m2' }, { plays: 0 }, null] },
    },
  ],
}

const failing = {
  name: 'library',
  sdl: `
    interface Media @key(fields: "id") { id: ID! title: String }
    type Song implements Media @key(fields: "id") { id: ID! title: String length: Int! }
    type Clip implements Media @key(fields: "id") { id: ID! title: String frames: Int }
  `,
  resolvers: {
    Media: { __resolveReference: find },
    Song: {
      __resolveReference: find,
      length: () => {
        throw new Error('no length')
      },
    },
    Clip: { __resolveReference: find },
  },
}

/** When the fetch of an object's type fails, objects with fields of that type are null. */
export const failingTypes: CorpusGraph = {
  name: 'interface objects whose type cannot be fetched',
  isStockWrong: true,
  subgraphs: [failing, charts],
  operations: [
    {
      query: '{ top { plays ... on Song { length } ... on Clip { frames } } }',
      data: { top: [{ plays: 3, frames: 20 }, null, null] },
      fails: true,
    },
    {
      query: '{ top { plays title } }',
      data: { top: [{ plays: 3, title: 'Sky' }, { plays: 0, title: 'Sea' }, null] },
    },
  ],
}

const tunes = {
  name: 'library',
  sdl: `
    interface Media @key(fields: "id") { id: ID! }
    interface Tune implements Media @key(fields: "id") { id: ID! }
    type Song implements Media & Tune @key(fields: "id") { id: ID! seconds: Int }
    type Clip implements Media @key(fields: "id") { id: ID! }
  `,
  resolvers: Object.fromEntries(['Media', 'Tune', 'Song', 'Clip'].map((type) => [type, { __resolveReference: find }])),
}

const bars = {
  name: 'charts',
  sdl: `
    type Media @key(fields: "id") @interfaceObject { id: ID! }
    type Tune @key(fields: "id") @interfaceObject { id: ID! bars: Int }
    type Query { top: [Media] }
  `,
  resolvers: {
    Query: { top: () => [{ id: 'm1' }, { id: 'm2' }] },
    Media: { __resolveReference: (reference: object) => reference },
    Tune: { __resolveReference: (reference: object) => reference, bars: () => 8 },
  },
}

/** Fragments on one interface object within another: the planner throws. */
export const nestedInterfaces: CorpusGraph = {
  name: 'interface objects of interfaces that implement interfaces',
  isStockWrong: true,
  subgraphs: [tunes, bars],
  operations: [
    { query: '{ top { ... on Tune { id } } }', data: { top: [{ id: 'm1' }, {}] } },
    {
      query: '{ top { ... on Tune { ... on Song { seconds } bars } } }',
      data: { top: [{ seconds: 10, bars: 8 }, {}] },
    },
    {
      query: '{ top { id ...T } } fragment T on Tune { ... on Media { id ... on Tune { bars } } }',
      data: { top: [{ id: 'm1', bars: 8 }, { id: 'm2' }] },
    },
  ],
}

/** @interfaceObject, and keys on interfaces. */
export const interfaceObjects: CorpusGraph = {
  name: 'interface objects',
  subgraphs: [library, charts, labels],
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
