import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { testUser } from '../testing/graphql/context.ts'
import {
  clientKeyHeader,
  clientKeyOf,
  parseRequestKeys,
  SignatureRefused,
  signRequest,
  verifyRequest,
} from './request-signatures.ts'
import { anonymous } from './viewer.ts'

const now = new Date('2027-03-01T10:00:00Z')
const key = { id: 'k1', secret: randomBytes(32) }
const parts = { method: 'POST', path: '/graphql', body: '{"query":"{ me { id } }"}' }
const ada = testUser({ email: 'ada+x@example.org', groups: ['user', 'partner'] })

test('carries the caller to whoever holds the key', () => {
  const headers = signRequest(parts, ada, { key: key, now: now })
  expect(verifyRequest({ ...parts, headers }, [key], now)).toEqual(ada)
})

test('carries what stands for the address of the client, which nobody can put in or take away', () => {
  const clientKey = clientKeyOf('192.0.2.1', key, now)
  const headers = signRequest({ ...parts, headers: { [clientKeyHeader]: clientKey } }, ada, { key, now })
  expect(headers[clientKeyHeader]).toBe(clientKey)
  expect(verifyRequest({ ...parts, headers }, [key], now)).toEqual(ada)
  for (const other of ['', 'another', undefined]) {
    const changed = { ...headers, [clientKeyHeader]: other }
    expect(() => verifyRequest({ ...parts, headers: changed }, [key], now)).toThrow(SignatureRefused)
  }
})

test('an address has the same key all day, another one the next day, and one for each secret', () => {
  const address = '192.0.2.1'
  const clientKey = clientKeyOf(address, key, now)
  expect(clientKey).toMatch(/^[\w-]{22}$/)
  expect(clientKeyOf(address, key, new Date('2027-03-01T23:59:59Z'))).toBe(clientKey)
  expect(clientKeyOf(address, key, new Date('2027-03-02T00:00:00Z'))).not.toBe(clientKey)
  expect(clientKeyOf('192.0.2.2', key, now)).not.toBe(clientKey)
  expect(clientKeyOf(address, { id: 'k1', secret: randomBytes(32) }, now)).not.toBe(clientKey)
  expect(clientKeyOf('', key, now)).toBe('')
})

test('carries nobody as nobody', () => {
  const headers = signRequest(parts, anonymous, { key: key, now: now })
  expect(verifyRequest({ ...parts, headers }, [key], now)).toEqual(anonymous)
})

test.each([
  ['another body', { body: '{"query":"{ admins { id } }"}' }],
  ['another path', { path: '/events' }],
  ['another method', { method: 'GET' }],
  ['a query', { path: '/graphql?as=admin' }],
])('refuses a good signature on %s', (_what, other) => {
  const headers = signRequest(parts, ada, { key: key, now: now })
  expect(() => verifyRequest({ ...parts, ...other, headers }, [key], now)).toThrow(SignatureRefused)
})

const sentBesides = {
  'accept-language': 'de',
  traceparent: '00-1',
  'x-request-id': 'req_1',
  'x-client-request-id': 'mine',
}

test.each([
  'x-user-id',
  'x-user-email',
  'x-user-groups',
  'content-digest',
  'signature',
  'signature-input',
  ...Object.keys(sentBesides),
])('refuses when %s was changed, and when it was taken away', (name) => {
  const headers = signRequest({ ...parts, headers: sentBesides }, ada, { key: key, now: now })
  expect(verifyRequest({ ...parts, headers }, [key], now)).toEqual(ada)
  expect(() => verifyRequest({ ...parts, headers: { ...headers, [name]: 'admin' } }, [key], now)).toThrow(
    SignatureRefused,
  )
  expect(() => verifyRequest({ ...parts, headers: { ...headers, [name]: undefined } }, [key], now)).toThrow(
    SignatureRefused,
  )
})

test('refuses a signature that leaves a component out', () => {
  const headers = signRequest(parts, ada, { key: key, now: now })
  headers['signature-input'] = headers['signature-input']?.replace(' "x-user-groups"', '') ?? ''
  expect(() => verifyRequest({ ...parts, headers }, [key], now)).toThrow(SignatureRefused)
})

test('refuses a signature older than half a minute, and one from the future', () => {
  const headers = signRequest(parts, ada, { key: key, now: now })
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  expect(verifyRequest({ ...parts, headers }, [key], at(30))).toEqual(ada)
  expect(() => verifyRequest({ ...parts, headers }, [key], at(31))).toThrow(SignatureRefused)
  expect(() => verifyRequest({ ...parts, headers }, [key], at(-31))).toThrow(SignatureRefused)
})

test('accepts the old key beside the new one while keys rotate, and no other', () => {
  const next = { id: 'k2', secret: randomBytes(32) }
  const headers = signRequest(parts, ada, { key: key, now: now })
  expect(verifyRequest({ ...parts, headers }, [next, key], now)).toEqual(ada)
  expect(() => verifyRequest({ ...parts, headers }, [next], now)).toThrow(SignatureRefused)
  expect(() => verifyRequest({ ...parts, headers }, [{ ...next, id: 'k1' }], now)).toThrow(SignatureRefused)
})

test('reads keys as id:secret pairs and refuses short secrets', () => {
  const secret = randomBytes(32).toString('base64')
  expect(parseRequestKeys(`a:${secret},b:${secret}`).map((each) => each.id)).toEqual(['a', 'b'])
  expect(() => parseRequestKeys('a:c2hvcnQ=')).toThrow(/32 bytes/)
})

test('signs no two requests alike', () => {
  const sign = () => signRequest(parts, ada, { key, now })
  expect(sign()['signature']).not.toBe(sign()['signature'])
})

test('signs and verifies a target with a query', () => {
  const withQuery = { ...parts, path: '/graphql?a=1' }
  const headers = signRequest(withQuery, ada, { key, now })
  expect(verifyRequest({ ...withQuery, headers }, [key], now)).toEqual(ada)
  expect(() => verifyRequest({ ...parts, headers }, [key], now)).toThrow(SignatureRefused)
})
