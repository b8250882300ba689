import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as jose from 'jose'

/** A user pool like Cognito: it publishes keys and issues tokens. */
export interface TestPool {
  endpoint: string
  poolId: string
  issuer: string
  clientId: string
  /** The number of requests for its keys. */
  keyRequests: () => number
  /** An access token for a user. `claims` override; undefined removes a claim. */
  token: (claims?: Claims, header?: Partial<jose.JWTHeaderParameters>) => Promise<string>
  publicKeyPem: string
  close: () => void
}

type Claims = Record<string, unknown>

/** Starts a pool on a free port, with one RSA key. */
export async function startPool(): Promise<TestPool> {
  const { privateKey, publicKey } = await jose.generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await jose.exportJWK(publicKey)), kid: 'pool-key', alg: 'RS256', use: 'sig' }
  let asked = 0
  const server = createServer((_request, response) => {
    asked++
    response.end(JSON.stringify({ keys: [jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const pool = { endpoint, poolId: 'local_pool', issuer: `${endpoint}/local_pool`, clientId: 'web' }
  const token = async (claims: Claims = {}, header: Partial<jose.JWTHeaderParameters> = {}): Promise<string> => {
    const payload = { ...standardClaims(pool.issuer, pool.clientId), ...claims }
    const present = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined))
    return await new jose.SignJWT(present)
      .setProtectedHeader({ alg: 'RS256', kid: 'pool-key', ...header })
      .sign(privateKey, { crit: { 'urn:x': true } })
  }
  const publicKeyPem = await jose.exportSPKI(publicKey)
  return { ...pool, keyRequests: () => asked, token, publicKeyPem, close: () => server.close() }
}

/** The default subject of tokens. */
export const adaSub = '0190f5a4-0000-7000-8000-000000000001'

/** The claims of a valid access token. */
export function standardClaims(issuer: string, clientId: string): Claims {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    sub: adaSub,
    client_id: clientId,
    token_use: 'access',
    iat: now,
    exp: now + 3600,
    'cognito:groups': ['user'],
  }
}
