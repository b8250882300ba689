import { type CorpusGraph, fromReference } from './operation.ts'

type Row = Record<string, unknown>

const departments = [
  { __typename: 'Aquatics', id: 'd1', photo: { id: 'p1' } },
  { __typename: 'Reptiles', id: 'd2', photo: { id: 'p1' } },
  { __typename: 'Reptiles', id: 'd3', photo: { id: 'p2' } },
]

/** The expected data of the photo in each department. */
const storefront = (...photos: object[]) => ({ storefront: { departments: photos } })

/** One response name for different fields or arguments of several types, whose objects are at one path. */
export const unlikeFields: CorpusGraph = {
  name: 'different fields with one response name',
  isStockWrong: true,
  subgraphs: [
    {
      name: 'catalog',
      sdl: `type Query { storefront: Storefront } type Storefront { departments: [Department!] } interface Department { id: ID! }
        type Aquatics implements Department { id: ID! photo: Photo cover: Photo } type Reptiles implements Department { id: ID! photo: Photo }
        type Photo @key(fields: "id") { id: ID! url: String }`,
      resolvers: {
        Query: { storefront: () => ({ departments }) },
        Aquatics: { cover: () => ({ id: 'p3' }) },
        Photo: fromReference({ url: ({ id }: Row) => `/${id}` }),
      },
    },
    {
      name: 'media',
      sdl: `type Photo @key(fields: "id") { id: ID! thumbnail(width: Int!): String caption: String sizes(max: Int): [Size!]! } type Size { w: Int! h(scale: Int): Int! }`,
      resolvers: {
        Photo: {
          __resolveReference: (reference: Row) => reference,
          thumbnail: ({ id }: Row, { width }: Row) => `${id}@${width}`,
          caption: ({ id }: Row) => `caption of ${id}`,
          sizes: (_: Row, { max }: Row) => Array.from({ length: Number(max) }, (_, index) => ({ w: index + 1 })),
        },
        Size: { h: ({ w }: Row, { scale }: Row) => Number(w) * 10 * Number(scale) },
      },
    },
  ],
  operations: [
    {
      query:
        '{ storefront { departments { ... on Aquatics { photo { thumbnail(width: 10) } } ... on Reptiles { photo { thumbnail(width: 20) } } } } }',
      data: storefront(
        { photo: { thumbnail: 'p1@10' } },
        { photo: { thumbnail: 'p1@20' } },
        { photo: { thumbnail: 'p2@20' } },
      ),
    },
    {
      query:
        '{ storefront { departments { ... on Aquatics { photo { sizes(max: 1) { w h(scale: 2) } } } ... on Reptiles { photo { sizes(max: 2) { w h(scale: 3) } } } } } }',
      data: storefront(
        { photo: { sizes: [{ w: 1, h: 20 }] } },
        ...[1, 2].map(() => ({
          photo: {
            sizes: [
              { w: 1, h: 30 },
              { w: 2, h: 60 },
            ],
          },
        })),
      ),
    },
    {
      query:
        'query ($a: Int!, $b: Int!) { storefront { departments { ... on Aquatics { p: photo { t: thumbnail(width: $a) } } ... on Reptiles { p: photo { t: thumbnail(width: $b) } } } } }',
      variables: { a: 1, b: 2 },
      data: storefront({ p: { t: 'p1@1' } }, { p: { t: 'p1@2' } }, { p: { t: 'p2@2' } }),
    },
    {
      query:
        '{ storefront { departments { ... on Aquatics { p: cover { t: caption u: url } } ...R } } } fragment R on Reptiles { p: photo { ...T u: caption } } fragment T on Photo { t: thumbnail(width: 7) }',
      data: storefront(
        { p: { t: 'caption of p3', u: '/p3' } },
        { p: { t: 'p1@7', u: 'caption of p1' } },
        { p: { t: 'p2@7', u: 'caption of p2' } },
      ),
    },
    {
      query:
        '{ storefront { departments { ... on Aquatics { photo { url: thumbnail(width: 3) caption } } ... on Reptiles { photo { url caption } } } } }',
      data: storefront(
        { photo: { url: 'p1@3', caption: 'caption of p1' } },
        { photo: { url: '/p1', caption: 'caption of p1' } },
        { photo: { url: '/p2', caption: 'caption of p2' } },
      ),
    },
  ],
}
