import { buildSchema, getOperationAST, parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { expandAbstractFragments } from './expand-abstract-fragments.ts'

const schema = buildSchema(`
  interface Media { id: ID! by: Media }
  interface Tune { id: ID! }
  type Song implements Media & Tune { id: ID! by: Media }
  type Hymn implements Media & Tune { id: ID! by: Media }
  type Clip implements Media { id: ID! by: Media }
  union Item = Song | Clip
  type Query { media: Media item: Item clip: Clip }
`)

test.each([
  ['an interface within another', 'media { ... on Tune { id } }', 'media { ... on Song { id } ... on Hymn { id } }'],
  ['an interface within a union', 'item { ... on Tune { id } }', 'item { ... on Song { id } }'],
  ['an object within an interface', 'media { ... on Clip { id } }', 'media { ... on Clip { id } }'],
  ['the interface itself', 'media { ... on Media { id } }', 'media { ... on Media { id } }'],
  ['no type', 'media { ... @skip(if: true) { id } }', 'media { ... on Media @skip(if: true) { id } }'],
  ['an interface of an object', 'clip { ... on Media { id } }', 'clip { ... on Clip { id } }'],
  ['an interface that an object is not of', 'clip { ... on Tune { id } }', 'clip { __typename }'],
  [
    'an interface, in fields and named fragments',
    'media { by { ...F @include(if: false) } }',
    'media { by { ... on Song @include(if: false) { id } ... on Hymn @include(if: false) { id } } }',
  ],
])('fragments on %s are written on types of objects where they have to be', (_title, body, expected) => {
  const document = parse(`{ ${body} } fragment F on Tune { id }`)
  const operation = getOperationAST(document)
  const written = operation && print(expandAbstractFragments(schema, document, operation))
  expect(written?.replace(/\s+/g, ' ')).toBe(`{ ${expected} }`)
})
