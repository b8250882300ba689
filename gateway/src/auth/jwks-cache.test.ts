import * as jose from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { createKeyCache } from './jwks-cache.ts'

let known: jose.JSONWebKeySet
let rotated: jose.JSONWebKeySet

beforeAll(async () => {
  known = { keys: [await publicKey('old')] }
  rotated = { keys: [await publicKey('old'), await publicKey('new')] }
})

test('fetches once for concurrent calls', async () => {
  const pool = fakePool()
  await Promise.all([pool.find('old'), pool.find('old'), pool.find('old')])
  expect(pool.fetches()).toBe(1)
})

test('fetches a new key when a token uses it', async () => {
  const pool = fakePool()
  await pool.find('old')
  pool.now += 31_000
  pool.answer = async () => rotated
  await expect(pool.find('new')).resolves.toBeDefined()
})

test('refreshes at most once in 30 s for unknown keys', async () => {
  const pool = fakePool()
  await pool.find('old')
  for (let i = 0; i < 50; i++) await expect(pool.find(`made-up-${i}`)).rejects.toThrow(jose.errors.JWKSNoMatchingKey)
  expect(pool.fetches()).toBe(1)
  pool.now += 30_000
  for (let i = 0; i < 50; i++) await expect(pool.find(`made-up-${i}`)).rejects.toThrow(jose.errors.JWKSNoMatchingKey)
  expect(pool.fetches()).toBe(2)
})

test('uses cached keys while a refresh hangs', async () => {
  const pool = fakePool()
  await pool.find('old')
  pool.now += 3_600_000
  pool.answer = () => new Promise(() => undefined)
  await expect(pool.find('old')).resolves.toBeDefined()
  await expect(pool.find('old')).resolves.toBeDefined()
  expect(pool.fetches()).toBe(2)
})

test('uses cached keys while the pool is down for a day', async () => {
  const pool = fakePool()
  await pool.find('old')
  pool.answer = async () => Promise.reject(new Error('down'))
  for (let hour = 0; hour < 24; hour++) {
    pool.now += 3_600_000
    await expect(pool.find('old')).resolves.toBeDefined()
  }
})

test('backs off while the pool is down before the first fetch', async () => {
  const pool = fakePool()
  pool.answer = async () => Promise.reject(new Error('down'))
  for (let second = 0; second < 120; second++) {
    await expect(pool.find('old')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    pool.now += 1_000
  }
  expect(pool.fetches()).toBeLessThan(10)
  pool.now += 60_000
  pool.answer = async () => known
  await expect(pool.find('old')).resolves.toBeDefined()
})

function fakePool() {
  let count = 0
  const pool = { now: 1_000_000, answer: async (): Promise<jose.JSONWebKeySet> => known, fetches: () => count }
  const fetchKeys = (): Promise<jose.JSONWebKeySet> => {
    count++
    return pool.answer()
  }
  const find = createKeyCache({ fetchKeys, now: () => pool.now, onFailure: () => undefined })
  const token = { payload: '', signature: '' }
  return Object.assign(pool, { find: async (kid: string) => await find({ alg: 'RS256', kid }, token) })
}

async function publicKey(kid: string): Promise<jose.JWK> {
  const { publicKey: key } = await jose.generateKeyPair('RS256', { extractable: true })
  return { ...(await jose.exportJWK(key)), kid, alg: 'RS256', use: 'sig' }
}
