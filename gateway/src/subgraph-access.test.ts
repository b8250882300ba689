import { expect, test } from 'vitest'
import { addressOf, readForeignAccess, readSubgraphAccess } from './subgraph-access.ts'

const secret = Buffer.alloc(32, 1).toString('base64')
const stated = { name: 'catalog', stated: 'http://catalog.internal:4001/api/graphql' }

test('a Tikitu subgraph needs keys, and its variable replaces the origin of its address', () => {
  expect(() => readSubgraphAccess('catalog', {})).toThrow('CATALOG_REQUEST_KEYS is missing')
  const access = readSubgraphAccess('catalog', {
    CATALOG_REQUEST_KEYS: `a:${secret}`,
    CATALOG_SERVICE_URL: 'http://other:5000',
  })
  expect(access.keys.map(({ id }) => id)).toEqual(['a'])
  expect(addressOf(access, stated)).toBe('http://other:5000/api/graphql')
})

test('a foreign subgraph has the supergraph’s address, unless its variable has a whole address', () => {
  expect(readForeignAccess('catalog', {})).toMatchObject({ url: null, keys: [] })
  expect(addressOf(readForeignAccess('catalog', {}), stated)).toBe(stated.stated)
  const moved = readForeignAccess('catalog', { CATALOG_SERVICE_URL: 'https://other/q?shop=1' })
  expect(addressOf(moved, stated)).toBe('https://other/q?shop=1')
  expect(addressOf(moved, { ...stated, stated: '' })).toBe('https://other/q?shop=1')
})

test.each(['', 'local:node', 'catalog:4001', 'http://'])(
  'reports the variable for the invalid address %j',
  (address) => {
    const access = readForeignAccess('catalog-v2.eu', {})
    expect(() => addressOf(access, { name: 'catalog-v2.eu', stated: address })).toThrow(
      'CATALOG_V2_EU_SERVICE_URL is missing: the supergraph has no address for the subgraph catalog-v2.eu',
    )
  },
)

test('reports the variables of an invalid address and of invalid keys', () => {
  expect(() => readForeignAccess('catalog', { CATALOG_SERVICE_URL: 'catalog:4001' })).toThrow(
    'CATALOG_SERVICE_URL must be',
  )
  expect(() => readForeignAccess('catalog', { CATALOG_REQUEST_KEYS: 'a:short' })).toThrow(
    'CATALOG_REQUEST_KEYS must be',
  )
})
