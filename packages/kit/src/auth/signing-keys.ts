import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as jose from 'jose'

/** A service's Ed25519 keys. The first signs; all are published, so older signatures stay verifiable. */
export interface ServiceKeys {
  service: string
  kid: string
  privateKey: jose.CryptoKey
  /** The public halves, as served at /.well-known/jwks.json. */
  jwks: jose.JSONWebKeySet
}

/** Finds the public key of a signature. */
export type KeyFinder = (
  header?: jose.JWSHeaderParameters,
  token?: jose.FlattenedJWSInput,
) => Promise<jose.CryptoKey | jose.KeyObject | jose.JWK | Uint8Array>

/** The key file of a service is unusable. The message names the variable and the reason. */
export class KeyFileUnusable extends Error {
  override readonly name = 'KeyFileUnusable'

  constructor(service: string, file: string, problem: string) {
    super(`${service.toUpperCase()}_SERVICE_KEY_FILE: the key file ${file} of ${service} cannot be used: ${problem}.`)
  }
}

const algorithm = 'EdDSA'
/** Enough of a thumbprint to distinguish a service's few keys, and short enough for a QR code. */
const kidLength = 8

/** Reads the private JWKS in `file`. When it is absent and `generate` is set, generates a key and stores it (mode 600). */
export async function loadServiceKeys(service: string, file: string, generate: boolean): Promise<ServiceKeys> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || !generate) throw new KeyFileUnusable(service, file, problemOf(error))
    return null
  })
  if (text !== null) return await readKeys(service, file, text)
  const keySet = { keys: [await generateKey()] }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, `${JSON.stringify(keySet, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  return await importKeys(service, keySet)
}

async function readKeys(service: string, file: string, text: string): Promise<ServiceKeys> {
  try {
    return await importKeys(service, JSON.parse(text) as { keys: jose.JWK[] })
  } catch (error) {
    throw new KeyFileUnusable(service, file, `it does not contain an Ed25519 key set: ${(error as Error).message}`)
  }
}

function problemOf(error: NodeJS.ErrnoException): string {
  return error.code === 'ENOENT' ? 'the file does not exist' : error.message
}

/** New keys that are not stored, for tests. */
export async function generateServiceKeys(service: string): Promise<ServiceKeys> {
  return await importKeys(service, { keys: [await generateKey()] })
}

/** A compact JWS with `claims`, `iss` and `iat`, of that `typ`. Verify it with `verifyClaims`. */
export async function signClaims(
  keys: ServiceKeys,
  token: { typ: string; claims: jose.JWTPayload; now: Date },
): Promise<string> {
  return await new jose.SignJWT(token.claims)
    .setProtectedHeader({ alg: algorithm, kid: keys.kid, typ: token.typ })
    .setIssuer(keys.service)
    .setIssuedAt(Math.floor(token.now.getTime() / 1000))
    .sign(keys.privateKey)
}

/** The claims of a JWS that `issuer` signed as that `typ` and that has not expired. @throws jose.errors.JOSEError */
export async function verifyClaims(
  token: string,
  keys: KeyFinder,
  expected: { issuer: string; typ: string; now: Date },
): Promise<jose.JWTPayload> {
  const { payload } = await jose.jwtVerify(token, keys, {
    algorithms: [algorithm],
    issuer: expected.issuer,
    typ: expected.typ,
    currentDate: expected.now,
    clockTolerance: 5,
  })
  return payload
}

/** A detached JWS (RFC 7515, appendix F) over exactly these bytes. */
export async function signDetached(keys: ServiceKeys, body: string): Promise<string> {
  const compact = await new jose.CompactSign(new TextEncoder().encode(body))
    .setProtectedHeader({ alg: algorithm, kid: keys.kid })
    .sign(keys.privateKey)
  const [header, , signature] = compact.split('.')
  return `${header}..${signature}`
}

/** Checks a detached JWS over these bytes. @throws jose.errors.JOSEError */
export async function verifyDetached(signature: string, body: string, keys: KeyFinder): Promise<void> {
  const [header = '', payload, proof = ''] = signature.split('.')
  if (payload !== '') throw new jose.errors.JWSInvalid('the signature is not detached')
  await jose.compactVerify(`${header}.${jose.base64url.encode(body)}.${proof}`, keys, { algorithms: [algorithm] })
}

/** The published keys of a service. Cached; an unknown key triggers a new fetch, at most every 30 s. */
export function remoteKeys(serviceUrl: string): KeyFinder {
  return jose.createRemoteJWKSet(new URL(`${serviceUrl}/.well-known/jwks.json`), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: 30_000,
    timeoutDuration: 3_000,
  })
}

/** A local key set. */
export function localKeys(jwks: jose.JSONWebKeySet): KeyFinder {
  return jose.createLocalJWKSet(jwks)
}

async function generateKey(): Promise<jose.JWK> {
  const { privateKey } = await jose.generateKeyPair(algorithm, { extractable: true, crv: 'Ed25519' })
  const jwk = await jose.exportJWK(privateKey)
  return { ...jwk, kid: (await jose.calculateJwkThumbprint(jwk)).slice(0, kidLength), alg: algorithm, use: 'sig' }
}

async function importKeys(service: string, { keys }: { keys: jose.JWK[] }): Promise<ServiceKeys> {
  const first = keys[0]
  if (!first?.kid) throw new Error('no key has a kid')
  const privateKey = await jose.importJWK(first, algorithm)
  if (privateKey instanceof Uint8Array) throw new Error('the key is not a private key')
  const jwks = { keys: keys.map(({ d: _private, ...publicHalf }) => publicHalf) }
  return { service, kid: first.kid, privateKey, jwks }
}
