import { readEnv } from '@tikitu/kit/base/env'
import { expect, test } from 'vitest'
import { shapeFor } from './env.ts'

const read = (source: Record<string, string>) => readEnv(shapeFor(source), source)
const foreign = { GATEWAY_GRAPH: 'foreign', GATEWAY_SUPERGRAPH_FILE: 'supergraph.graphql' }
const pool = {
  AWS_REGION: 'eu-west-1',
  AWS_COGNITO_USER_POOL_ID: 'eu-west-1_abc',
  AWS_COGNITO_CLIENT_ID: 'web',
}

test('a foreign graph without sign-in needs GATEWAY_UNMARKED_FIELDS=public', () => {
  expect(() => read(foreign)).toThrow(/GATEWAY_UNMARKED_FIELDS: must be public/)
  expect(() => read({ ...foreign, GATEWAY_UNMARKED_FIELDS: 'signed-in' })).toThrow(/GATEWAY_UNMARKED_FIELDS/)
  expect(read({ ...foreign, GATEWAY_UNMARKED_FIELDS: 'public' })).toMatchObject({
    GATEWAY_UNMARKED_FIELDS: 'public',
    AWS_COGNITO_USER_POOL_ID: undefined,
  })
})

test('with sign-in, unmarked fields need a signed-in caller by default', () => {
  expect(read({ ...foreign, ...pool }).GATEWAY_UNMARKED_FIELDS).toBe('signed-in')
  expect(read({ ...foreign, ...pool, GATEWAY_UNMARKED_FIELDS: 'public' }).GATEWAY_UNMARKED_FIELDS).toBe('public')
})

test.each([
  ['AWS_COGNITO_USER_POOL_ID', { ...foreign, ...pool, AWS_COGNITO_USER_POOL_ID: '' }],
  ['AWS_COGNITO_CLIENT_ID', { ...foreign, ...pool, AWS_COGNITO_CLIENT_ID: '' }],
  ['AWS_REGION', { ...foreign, ...pool, AWS_REGION: '' }],
  ['GATEWAY_SUPERGRAPH_FILE', { ...foreign, ...pool, GATEWAY_SUPERGRAPH_FILE: '' }],
  ['GATEWAY_OPERATIONS_FILE', { ...foreign, ...pool, GATEWAY_PERSISTED_OPERATIONS: 'enforce' }],
  ['GATEWAY_DEMO_ACCOUNTS', { ...foreign, ...pool, GATEWAY_DEMO_ACCOUNTS: 'a@b.example:secret' }],
  ['GATEWAY_GRAPH', { ...pool, GATEWAY_GRAPH: 'other' }],
  ['GATEWAY_UNMARKED_FIELDS', { ...pool, GATEWAY_UNMARKED_FIELDS: 'public' }],
  ['AWS_COGNITO_USER_POOL_ID', { GATEWAY_GRAPH: 'tikitu', AWS_COGNITO_CLIENT_ID: 'web' }],
])('reports an invalid %s', (name, source) => {
  expect(() => read(source)).toThrow(new RegExp(`^The environment is invalid:\n  ${name}[.\\d]*: [^\n]+$`))
})

test.each([
  ['GATEWAY_KEPT_ANSWERS_BYTES', 'GATEWAY_RESPONSE_CACHE_BYTES'],
  ['GATEWAY_KEPT_REDIS_MS', 'GATEWAY_RESPONSE_CACHE_REDIS_TIMEOUT_MS'],
  ['GATEWAY_SHARE_IN_FLIGHT', 'GATEWAY_DEDUPLICATE_REQUESTS'],
  ['GATEWAY_PROXIES', 'GATEWAY_TRUSTED_PROXIES'],
  ['GATEWAY_GUESS_FACTOR', 'GATEWAY_ATTEMPT_LIMIT_FACTOR'],
])('reports the new name of the renamed %s for both graphs', (name, next) => {
  const message = `The environment is invalid:\n  ${name}: was renamed to ${next}`
  expect(() => read({ ...pool, [name]: '1' })).toThrow(message)
  expect(() => read({ ...foreign, ...pool, [name]: '1' })).toThrow(message)
  expect(read({ ...pool, [name]: '' })).toMatchObject({ GATEWAY_GRAPH: 'tikitu' })
})

test('reports all errors at once', () => {
  expect(() => read({ GATEWAY_GRAPH: 'foreign', GATEWAY_MAX_DEPTH: '-1' })).toThrow(
    /GATEWAY_UNMARKED_FIELDS[\s\S]*GATEWAY_SUPERGRAPH_FILE[\s\S]*GATEWAY_MAX_DEPTH/,
  )
})
