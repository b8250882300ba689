import { expect, test } from 'vitest'
import { hashOf } from '../operations/read-manifest.ts'
import { createPlainRequestReader } from './plain-request.ts'

const query = '{ me { id } }'
const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } }

test('reads requests of the common form', () => {
  const read = createPlainRequestReader(true)
  expect(read({ query })).toEqual({ query, operationName: null, variables: {} })
  expect(read({ query, operationName: 'A', variables: { a: 1 } })).toEqual({
    query,
    operationName: 'A',
    variables: { a: 1 },
  })
  expect(read({ query, operationName: null, variables: null })).not.toBeNull()
})

test.each([
  ['a batch', [{ query }]],
  ['no text', {}],
  ['an empty text', { query: '' }],
  ['a text that is none', { query: 1 }],
  ['variables that are none', { query, variables: [] }],
  ['variables in JSON', { query, variables: '{}' }],
  ['a name that is none', { query, operationName: 1 }],
  ['a key that is not known', { query, documentId: 'x' }],
  ['extensions of another kind', { query, extensions: { other: 1 } }],
])('leaves %s to Apollo Server', (_name, body) => {
  expect(createPlainRequestReader(true)(body)).toBeNull()
})

test('finds a text by the hash that it was sent with, and leaves its registration to Apollo Server', () => {
  const read = createPlainRequestReader(true)
  expect(read({ extensions })).toBeNull()
  expect(read({ query, extensions })).toBeNull()
  expect(read({ extensions })?.query).toBe(query)
})

test('stores no text under a wrong hash, and none when registration is off', () => {
  const read = createPlainRequestReader(true)
  read({ query: '{ other }', extensions })
  expect(read({ extensions })).toBeNull()
  const forgetful = createPlainRequestReader(false)
  forgetful({ query, extensions })
  expect(forgetful({ extensions })).toBeNull()
})
