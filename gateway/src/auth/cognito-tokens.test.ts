import { idFromUuid } from '@tikitu/kit/base/ids'
import * as jose from 'jose'
import { beforeAll, expect, test } from 'vitest'
import recorded from '../../test/aws/tokens.json' with { type: 'json' }
import { issuersOf } from './cognito.ts'
import { TokenRefused, type Verified, verifyToken } from './verify-token.ts'

const pool = {
  region: 'eu-central-1',
  poolId: 'eu-central-1_AbCdEfGhI',
  clientIds: ['5abcdefghijklmnopqrstuvwx', '6hostedghijklmnopqrstuvwx'],
}
const issuedAt = 1_764_288_000
const userId = idFromUuid('usr', 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee')
let verify: (claims: jose.JWTPayload, clientIds?: readonly string[]) => Promise<Verified>

beforeAll(async () => {
  const { privateKey, publicKey } = await jose.generateKeyPair('RS256')
  verify = async (claims, clientIds = pool.clientIds) => {
    const times = { auth_time: issuedAt, iat: issuedAt, exp: issuedAt + 3600 }
    const token = new jose.SignJWT({ ...claims, ...times }).setProtectedHeader({ kid: 'invented', alg: 'RS256' })
    const rules = { keys: async () => publicKey, issuers: issuersOf(pool), clientIds }
    return await verifyToken(await token.sign(privateKey), rules, new Date((issuedAt + 60) * 1000))
  }
})

test('accepts the access token of signIn', async () => {
  const { viewer } = await verify(recorded.access)
  expect(viewer).toEqual({ kind: 'user', userId, email: null, groups: ['user'] })
})

test('accepts both tokens of the hosted pages, whatever the user name is', async () => {
  const { viewer: byAccess } = await verify(recorded.hostedAccess)
  expect(byAccess).toEqual({ kind: 'user', userId, email: null, groups: ['user', 'admin'] })
  const { viewer: byId } = await verify(recorded.hostedId)
  expect(byId).toEqual({ kind: 'user', userId, email: 'ada@example.org', groups: ['user'] })
})

test('an account of another identity provider is the user of its sub, and its unverified address is not passed on', async () => {
  const { viewer } = await verify(recorded.federatedId)
  expect(viewer).toMatchObject({ userId, email: null, groups: ['eu-central-1_AbCdEfGhI_Google'] })
})

test('takes the client of an id token from aud and of an access token from client_id, never the other way round', async () => {
  const { client_id: client, ...access } = recorded.hostedAccess
  await expect(verify({ ...access, aud: client })).rejects.toThrow(TokenRefused)
  const { aud, ...id } = recorded.hostedId
  await expect(verify({ ...id, client_id: aud })).rejects.toThrow(TokenRefused)
})

test('refuses tokens of the hosted pages while their app client is not listed', async () => {
  const signInOnly = pool.clientIds.slice(0, 1)
  for (const claims of [recorded.hostedAccess, recorded.hostedId]) {
    await expect(verify(claims, signInOnly)).rejects.toThrow('issued to another client')
  }
})

test('refuses a token of the client credentials flow: nobody is its user', async () => {
  await expect(verify(recorded.clientCredentials)).rejects.toThrow('sub is not a UUID')
})
