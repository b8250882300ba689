import { clientKeyHeader, clientKeyOf } from '@tikitu/kit/auth/request-signatures'
import { anonymous } from '@tikitu/kit/auth/viewer'
import { expect, test } from 'vitest'
import { headersWithClientKey } from './client-key.ts'

const key = { id: 'k', secret: Buffer.alloc(32, 1) }
const contextOf = (address: string) => ({ viewer: anonymous, requestId: 'r', address, forwarded: {} })

test('an address has one key per day', () => {
  let now = Date.parse('2026-11-27T23:59:59.999Z')
  const headersFor = headersWithClientKey(key, () => now)
  const clientKey = (address: string) => headersFor(contextOf(address))[clientKeyHeader]
  const first = clientKey('192.0.2.1')
  expect(first).toBe(clientKeyOf('192.0.2.1', key, new Date(now)))
  expect(clientKey('192.0.2.1')).toBe(first)
  expect(clientKey('192.0.2.2')).not.toBe(first)
  now += 1
  expect(clientKey('192.0.2.1')).toBe(clientKeyOf('192.0.2.1', key, new Date(now)))
  expect(clientKey('192.0.2.1')).not.toBe(first)
})
