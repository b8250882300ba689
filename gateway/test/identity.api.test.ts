import { createHmac, generateKeyPairSync } from 'node:crypto'
import { signRequest } from '@tikitu/kit/auth/request-signatures'
import { anonymous } from '@tikitu/kit/auth/viewer'
import { idFromUuid } from '@tikitu/kit/base/ids'
import * as jose from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { adaSub, standardClaims, startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestContext, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common}
type Query { hello: String! @public whoami: String! @public mine: String! @authenticated
  staff: String! @requiresScopes(scopes: [["partner"], ["admin"]]) unmarked: String! }
type Mutation { change: String! @authenticated }`

const whoami = (_: unknown, __: unknown, { viewer }: TestContext) => JSON.stringify(viewer)
const resolvers = {
  Query: { hello: () => 'hello', whoami, mine: whoami, staff: whoami, unmarked: () => 'inside' },
  Mutation: { change: () => 'changed' },
}

let pool: TestPool
let subgraph: TestSubgraph
let gateway: TestGateway

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
  gateway = await startGateway([subgraph], pool)
})

afterAll(async () => {
  await gateway.close()
  subgraph.close()
  pool.close()
})

const viewerIn = (body: { data?: Record<string, string> }, field: string) => JSON.parse(body.data?.[field] ?? '')

describe('the caller', () => {
  test('is anonymous without a token', async () => {
    expect(viewerIn((await gateway.run('{ whoami }')).body, 'whoami')).toEqual(anonymous)
  })

  test('has the user id and groups of an access token', async () => {
    const { body } = await gateway.run('{ mine }', { token: await pool.token() })
    expect(viewerIn(body, 'mine')).toEqual({
      kind: 'user',
      userId: idFromUuid('usr', adaSub),
      email: null,
      groups: ['user'],
    })
  })

  test('has the verified e-mail address of an id token', async () => {
    const claims = {
      token_use: 'id',
      client_id: undefined,
      aud: pool.clientId,
      email: 'ada+ünï@example.com',
      email_verified: true,
    }
    const { body } = await gateway.run('{ mine }', { token: await pool.token(claims) })
    expect(viewerIn(body, 'mine').email).toBe('ada+ünï@example.com')
  })

  test('has no unverified e-mail address', async () => {
    const claims = {
      token_use: 'id',
      client_id: undefined,
      aud: pool.clientId,
      email: 'boss@example.com',
      email_verified: false,
    }
    const { body } = await gateway.run('{ mine }', { token: await pool.token(claims) })
    expect(viewerIn(body, 'mine').email).toBeNull()
  })

  test('ignores forged headers', async () => {
    const headers = {
      'x-user-id': 'usr_admin',
      'x-user-groups': 'admin',
      'x-user-email': 'admin@example.com',
      'x-client-key': 'another',
      'signature-input': 'tikitu=()',
      signature: 'tikitu=:AA==:',
      'content-digest': 'sha-256=:AA==:',
    }
    expect(viewerIn((await gateway.run('{ whoami }', { headers })).body, 'whoami')).toEqual(anonymous)
    const { body } = await gateway.run('{ mine }', { headers, token: await pool.token() })
    expect(viewerIn(body, 'mine').groups).toEqual(['user'])
  })

  test('subgraphs receive only the listed client headers', async () => {
    const headers = {
      cookie: 'session=1',
      'x-forwarded-for': '10.0.0.1',
      'x-anything': '1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    }
    await gateway.run('{ hello }', {
      headers: { ...headers, 'accept-language': 'id', 'x-request-id': 'client-request-1' },
      token: await pool.token(),
    })
    const seen = subgraph.seen.at(-1) ?? {}
    // Subgraphs get the client's address as a keyed hash.
    expect(seen['x-client-key']).toMatch(/^[\w-]{22}$/)
    expect(seen).toMatchObject({
      'accept-language': 'id',
      'x-request-id': expect.stringMatching(/^req_/),
      'x-client-request-id': 'client-request-1',
      traceparent: headers.traceparent,
    })
    for (const name of ['cookie', 'x-forwarded-for', 'x-anything', 'authorization'])
      expect(seen).not.toHaveProperty(name)
  })
})

describe('an invalid token is rejected, never treated as anonymous', () => {
  const hour = 3600
  const now = Math.floor(Date.now() / 1000)
  const bad: Record<string, () => Promise<string> | string> = {
    'no token at all': () => '',
    garbage: () => 'abc.def.ghi',
    expired: () => pool.token({ iat: now - 2 * hour, exp: now - hour }),
    'not valid yet': () => pool.token({ nbf: now + hour }),
    'without an end': () => pool.token({ exp: undefined }),
    'of another issuer': () => pool.token({ iss: 'https://cognito-idp.eu-central-1.amazonaws.com/another_pool' }),
    'of another client': () => pool.token({ client_id: 'another-app' }),
    'an id token for another client': () => pool.token({ token_use: 'id', client_id: undefined, aud: 'another-app' }),
    'an access token with only an audience': () => pool.token({ client_id: undefined, aud: pool.clientId }),
    'a refresh token': () => pool.token({ token_use: 'refresh' }),
    'without a subject': () => pool.token({ sub: undefined }),
    'with a subject that is no UUID': () => pool.token({ sub: 'admin' }),
    'with an unknown key id': () => pool.token({}, { kid: 'another-key' }),
    'alg none': () => new jose.UnsecuredJWT(standardClaims(pool.issuer, pool.clientId)).encode(),
    'HS256, signed with the public key as secret': () => hs256(),
    'signed by another RSA key under the same key id': () => foreign(),
    'with its payload changed': async () => {
      const [header, , signature] = (await pool.token()).split('.')
      const payload = { ...standardClaims(pool.issuer, pool.clientId), 'cognito:groups': ['admin'] }
      return `${header}.${jose.base64url.encode(JSON.stringify(payload))}.${signature}`
    },
    'with a critical header nobody understands': () => pool.token({}, { crit: ['urn:x'], 'urn:x': 1 }),
    endless: () => 'a'.repeat(9_000),
  }
  const hs256 = (): string => {
    const head = jose.base64url.encode(JSON.stringify({ alg: 'HS256', kid: 'pool-key' }))
    const payload = jose.base64url.encode(JSON.stringify(standardClaims(pool.issuer, pool.clientId)))
    return `${head}.${payload}.${createHmac('sha256', pool.publicKeyPem).update(`${head}.${payload}`).digest('base64url')}`
  }
  const foreign = async (): Promise<string> => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    return await new jose.SignJWT(standardClaims(pool.issuer, pool.clientId))
      .setProtectedHeader({ alg: 'RS256', kid: 'pool-key' })
      .sign(privateKey)
  }

  test.each(Object.keys(bad))('%s', async (name) => {
    const before = subgraph.seen.length
    const { status, body, headers } = await gateway.run('{ hello }', { token: await bad[name]?.() })
    expect({ status, code: body.errors?.[0]?.extensions.code, data: body.data }).toEqual({
      status: 401,
      code: 'UNAUTHENTICATED',
      data: undefined,
    })
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(subgraph.seen.length).toBe(before)
  })

  test.each(['Basic YWRhOnB3', 'Bearer', 'Bearer a b', 'Token x'])('the header %s', async (authorization) => {
    const { status, body } = await gateway.run('{ hello }', { headers: { authorization } })
    expect({ status, code: body.errors?.[0]?.extensions.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
  })
})

describe('access rules of the schema', () => {
  const codes = async (query: string, groups: string[] | null) => {
    const token = groups ? await pool.token({ 'cognito:groups': groups }) : undefined
    const { status, body } = await gateway.run(query, { token })
    return `${status} ${body.errors?.[0]?.extensions.code ?? 'ok'}`
  }

  test.each([
    ['{ hello }', null, '200 ok'],
    ['{ __typename }', null, '200 ok'],
    ['{ mine }', null, '401 UNAUTHENTICATED'],
    ['{ mine }', ['user'], '200 ok'],
    ['{ staff }', null, '401 UNAUTHENTICATED'],
    ['{ staff }', ['user'], '403 FORBIDDEN'],
    ['{ staff }', ['partner'], '200 ok'],
    ['{ staff }', ['user', 'admin'], '200 ok'],
    ['{ unmarked }', null, '401 UNAUTHENTICATED'],
    ['{ hello, ...Q } fragment Q on Query { ... on Query { x: staff } }', ['user'], '403 FORBIDDEN'],
    ['mutation { change }', null, '401 UNAUTHENTICATED'],
    ['mutation { change }', ['user'], '200 ok'],
  ] as const)('%s by %j: %s', async (query, groups, expected) => {
    expect(await codes(query, groups as string[] | null)).toBe(expected)
  })

  test('a rejected operation fetches nothing', async () => {
    const before = subgraph.seen.length
    await gateway.run('{ hello mine }')
    expect(subgraph.seen.length).toBe(before)
  })
})

describe('a subgraph rejects direct requests', () => {
  const body = JSON.stringify({ query: '{ whoami }' })
  const call = async (headers: Record<string, string>, sent = body) =>
    (await fetch(`${subgraph.url}/graphql`, { method: 'POST', headers, body: sent })).status
  const sign = (at: Date) => {
    const [key] = subgraph.keys
    if (!key) throw new Error('no key')
    return signRequest({ method: 'POST', path: '/graphql', body }, anonymous, { key: key, now: at })
  }

  test('it accepts signed requests, and rejects unsigned, stale or changed ones', async () => {
    expect(await call(sign(new Date()))).toBe(200)
    expect(await call({})).not.toBe(200)
    expect(await call(sign(new Date(Date.now() - 60_000)))).not.toBe(200)
    expect(await call(sign(new Date()), JSON.stringify({ query: '{ staff }' }))).not.toBe(200)
    expect(await call({ ...sign(new Date()), 'x-user-id': 'usr_admin' })).not.toBe(200)
  })
})
