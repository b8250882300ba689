import { idFromUuid } from '@tikitu/kit/base/ids'
import * as jose from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { TokenRefused, verifyToken } from './verify-token.ts'

const ends = 2_000_000_000
const sub = '0190F5A4-0000-7000-8000-00000000000A'
const claims = { iss: 'https://pool', sub, token_use: 'access', client_id: 'web', iat: ends - 3600, exp: ends }
let sign: (claims: jose.JWTPayload) => Promise<string>
let verify: (token: string, seconds?: number) => ReturnType<typeof verifyToken>

beforeAll(async () => {
  const { privateKey, publicKey } = await jose.generateKeyPair('RS256')
  sign = (payload) => new jose.SignJWT(payload).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
  const rules = { keys: async () => publicKey, issuers: ['https://pool'], clientIds: ['web', 'app'] }
  verify = (token, seconds = ends - 60) => verifyToken(token, rules, new Date(seconds * 1000))
})

test('returns the user id that all services compute, and the expiry', async () => {
  const { viewer, expiresAt } = await verify(await sign({ ...claims, 'cognito:groups': ['partner', 7, 'user'] }))
  expect(viewer).toEqual({
    kind: 'user',
    userId: idFromUuid('usr', sub.toLowerCase()),
    email: null,
    groups: ['partner', 'user'],
  })
  expect(expiresAt).toBe(ends * 1000)
})

test('tolerates a clock skew of five seconds', async () => {
  const token = await sign(claims)
  await expect(verify(token, ends + 4)).resolves.toBeDefined()
  await expect(verify(token, ends + 6)).rejects.toThrow(TokenRefused)
})

test('accepts any of the configured clients', async () => {
  await expect(verify(await sign({ ...claims, client_id: 'app' }))).resolves.toBeDefined()
  await expect(verify(await sign({ ...claims, client_id: 'theirs' }))).rejects.toThrow(TokenRefused)
})

test('rejects a list of audiences that includes the client', async () => {
  const { client_id: _client, ...rest } = claims
  await expect(verify(await sign({ ...rest, token_use: 'id', aud: ['theirs', 'web'] }))).rejects.toThrow(TokenRefused)
})

test('ignores groups that are not a list', async () => {
  expect((await verify(await sign({ ...claims, 'cognito:groups': 'admin' }))).viewer.groups).toEqual([])
})

test('ignores the scopes of a token by default', async () => {
  expect((await verify(await sign({ ...claims, scope: 'admin openid' }))).viewer.groups).toEqual([])
})
