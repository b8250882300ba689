import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { anonymous, type Viewer } from './viewer.ts'

/** A secret that the gateway and one subgraph share. */
export interface RequestKey {
  id: string
  secret: Buffer
}

/** What a request signature binds. `body` is the exact bytes sent. */
export interface SignedParts {
  method: string
  path: string
  body: string | Buffer
}

/** The signature is missing, malformed, stale, of an unknown key, or of another request. */
export class SignatureRefused extends Error {
  override readonly name = 'SignatureRefused'
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

const claimHeaders = ['x-user-id', 'x-user-email', 'x-user-groups'] as const
const covered = '("@method" "@path" "content-digest" "x-user-id" "x-user-email" "x-user-groups")'
const inputForm = /^tikitu=\(([^)]*)\);created=(\d{1,12});keyid="([\w.-]{1,64})";alg="hmac-sha256"$/
const signatureForm = /^tikitu=:([A-Za-z0-9+/]{43}=):$/

/** Seconds for which a signed request is accepted. */
export const signatureMaxAgeSeconds = 30

/** Reads `id:base64,id:base64`. The first key signs, all of them verify, so keys rotate without a gap. */
export function parseRequestKeys(text: string): RequestKey[] {
  return text.split(',').map((part) => {
    const [id = '', encoded = ''] = part.trim().split(':')
    const secret = Buffer.from(encoded, 'base64')
    if (!/^[\w.-]{1,64}$/.test(id) || secret.length < 32) {
      throw new Error('must be id:secret[,id:secret], each secret at least 32 bytes in base64')
    }
    return { id, secret }
  })
}

/**
 * The headers that carry the caller's claims and bind them to this one request, in the form of RFC 9421
 * (HTTP Message Signatures, `hmac-sha256`) with a Content-Digest of RFC 9530.
 */
export function signRequest(
  parts: SignedParts,
  viewer: Viewer,
  { key, now }: { key: RequestKey; now: Date },
): Record<string, string> {
  const headers: Record<string, string> = { ...claimsOf(viewer), 'content-digest': digestOf(parts.body) }
  const created = Math.floor(now.getTime() / 1000)
  const params = `${covered};created=${created};keyid="${key.id}";alg="hmac-sha256"`
  headers['signature-input'] = `tikitu=${params}`
  headers['signature'] = `tikitu=:${hmac(key, signatureBase(parts, headers, params)).toString('base64')}:`
  return headers
}

/** The caller that the gateway vouches for in this request. @throws {SignatureRefused} */
export function verifyRequest(
  parts: SignedParts & { headers: Headers },
  keys: readonly RequestKey[],
  now: Date,
): Viewer {
  const input = inputForm.exec(single(parts.headers, 'signature-input'))
  const signature = signatureForm.exec(single(parts.headers, 'signature'))
  if (!input || !signature || `(${input[1]})` !== covered) throw new SignatureRefused('not signed as agreed')
  const ageSeconds = Math.abs(now.getTime() / 1000 - Number(input[2]))
  if (ageSeconds > signatureMaxAgeSeconds) throw new SignatureRefused('signature is stale')
  const key = keys.find((candidate) => candidate.id === input[3])
  if (!key) throw new SignatureRefused('signed with an unknown key')
  const params = single(parts.headers, 'signature-input').slice('tikitu='.length)
  const expected = hmac(key, signatureBase(parts, parts.headers, params))
  if (!timingSafeEqual(expected, Buffer.from(signature[1] ?? '', 'base64'))) throw new SignatureRefused('bad signature')
  if (single(parts.headers, 'content-digest') !== digestOf(parts.body)) throw new SignatureRefused('other body')
  return viewerOf(parts.headers)
}

function claimsOf(viewer: Viewer): Record<(typeof claimHeaders)[number], string> {
  if (viewer.kind !== 'user') return { 'x-user-id': '', 'x-user-email': '', 'x-user-groups': '' }
  return {
    'x-user-id': encodeURIComponent(viewer.userId),
    'x-user-email': encodeURIComponent(viewer.email ?? ''),
    'x-user-groups': viewer.groups.map(encodeURIComponent).join(','),
  }
}

function viewerOf(headers: Headers): Viewer {
  const userId = decodeURIComponent(single(headers, 'x-user-id'))
  if (!userId) return anonymous
  const groups = single(headers, 'x-user-groups')
  return {
    kind: 'user',
    userId,
    email: decodeURIComponent(single(headers, 'x-user-email')) || null,
    groups: groups ? groups.split(',').map(decodeURIComponent) : [],
  }
}

/** The signature base of RFC 9421 §2.5, for the one set of components that we cover. */
function signatureBase(parts: SignedParts, headers: Headers, params: string): string {
  const fields = ['content-digest', ...claimHeaders].map((name) => `"${name}": ${single(headers, name)}`)
  return [`"@method": ${parts.method}`, `"@path": ${parts.path}`, ...fields, `"@signature-params": ${params}`].join(
    '\n',
  )
}

function single(headers: Headers, name: string): string {
  const value = headers[name]
  if (Array.isArray(value)) throw new SignatureRefused(`${name} is repeated`)
  return value ?? ''
}

function digestOf(body: string | Buffer): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`
}

/** Made once for each key: to make them again for each signature costs more than to sign. */
const secrets = new WeakMap<RequestKey, KeyObject>()

function hmac(key: RequestKey, text: string): Buffer {
  let secret = secrets.get(key)
  if (!secret) {
    secret = createSecretKey(key.secret)
    secrets.set(key, secret)
  }
  return createHmac('sha256', secret).update(text).digest()
}
