import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { clientAddress } from './client-address.ts'

const from = (remoteAddress: string, forwarded?: string | string[]) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

test('ignores the client’s own x-forwarded-for entries', () => {
  expect(clientAddress(from('203.0.113.9', '198.51.100.1'), 0)).toBe('203.0.113.9')
})

test('uses the entry of the outermost trusted proxy', () => {
  expect(clientAddress(from('10.0.0.1', '1.1.1.1, 198.51.100.1'), 1)).toBe('198.51.100.1')
  expect(clientAddress(from('10.0.0.1', ['1.1.1.1', '198.51.100.1, 10.0.0.2']), 2)).toBe('198.51.100.1')
  expect(clientAddress(from('10.0.0.1'), 1)).toBe('10.0.0.1')
})

test('reduces IPv6 addresses to their network, and mapped IPv4 addresses to IPv4', () => {
  const network = '2001:db8:0:7::/64'
  expect(clientAddress(from('2001:db8::7:1:2:3:4'), 0)).toBe(network)
  expect(clientAddress(from('2001:0DB8:0:7::1'), 0)).toBe(network)
  expect(clientAddress(from('2001:db8:0:7:8:9:a:b'), 0)).toBe(network)
  expect(clientAddress(from('::1'), 0)).toBe('0:0:0:0::/64')
  expect(clientAddress(from('::ffff:203.0.113.9'), 0)).toBe('203.0.113.9')
})
