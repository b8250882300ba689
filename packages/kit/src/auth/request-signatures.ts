import { hash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createHmacSha256, type Hmac } from '../base/hmac.ts'
import { anonymous, type StaffClaim, staffRoles, type Viewer } from './viewer.ts'

/** A secret that the gateway and one subgraph share. */
export interface RequestKey {
  id: string
  secret: Buffer
}

/** The parts of a request that its signature covers. */
export interface SignedParts {
  method: string
  /** The path with the query. */
  path: string
  /** The exact bytes sent. */
  body: string | Buffer
  /** The request's headers; when signing, the additional ones to send. */
  headers?: Headers
}

/** The signature is missing, malformed, expired, by an unknown key, or of another request. */
export class SignatureRefused extends Error {
  override readonly name = 'SignatureRefused'
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

const claimHeaders = ['x-user-id', 'x-user-email', 'x-user-groups', 'x-user-staff'] as const
/** The header with the client key. Trustworthy only in a request with a verified signature. */
export const clientKeyHeader = 'x-client-key'
/** Other signed headers. An absent one is signed as empty. */
const otherHeaders = ['accept-language', 'traceparent', 'x-request-id', 'x-client-request-id', clientKeyHeader] as const
const components = ['@method', '@path', '@query', 'content-digest', ...claimHeaders, ...otherHeaders]
/** The beginning of each header's line in the signature base. */
const claimLines = claimHeaders.map(lineOf)
const otherLines = otherHeaders.map(lineOf)
const covered = `(${components.map((name) => `"${name}"`).join(' ')})`
/** The version of a staff membership, and its role unless they left. */
const staffForm = new RegExp(`^(\\d{1,9})(?: (${staffRoles.join('|')}))?$`)
const inputForm =
  /^tikitu=\(([^)]*)\);created=(\d{1,12});nonce="([\w-]{16,64})";keyid="([\w.-]{1,64})";alg="hmac-sha256"$/
const signatureForm = /^tikitu=:([A-Za-z0-9+/]{43}=):$/

/** Seconds for which a signed request is accepted. */
export const signatureMaxAgeSeconds = 30

/** Reads `id:base64,id:base64`. The first key signs, all of them verify, so keys rotate without a gap. */
export function parseRequestKeys(text: string): RequestKey[] {
  return text.split(',').map((part) => {
    const [id = '', encoded = ''] = part.trim().split(':')
    const secret = Buffer.from(encoded, 'base64')
    if (!/^[\w.-]{1,64}$/.test(id) || secret.length < 32) {
      throw new Error('must be id:secret[,id:secret], with secrets of at least 32 bytes in base64')
    }
    return { id, secret }
  })
}

/**
 * The headers with the caller's claims and a signature (RFC 9421 HTTP Message Signatures, `hmac-sha256`, with a Content-Digest of
 * RFC 9530) that binds them and the signed `headers` to this request. The nonce makes the request unique.
 */
export function signRequest(
  parts: SignedParts,
  viewer: Viewer,
  { key, now }: { key: RequestKey; now: Date },
): Record<string, string> {
  const digest = digestOf(parts.body)
  const own = claimsOf(viewer)
  const params = paramsOf(key, Math.floor(now.getTime() / 1000))
  const others = linesOf(otherLines, parts.headers ?? none)
  const base = writeBase(parts, { digest, claims: own.lines, others, params })
  const signed = { ...own.headers, 'content-digest': digest, 'signature-input': `tikitu=${params}` }
  return withOthers({ ...signed, signature: `tikitu=:${hmacOf(key)(base, 'base64')}:` }, parts.headers ?? none)
}

/**
 * A pseudonym of a client's network address: constant for a day, and only for services that share the key. The address cannot be
 * computed from it.
 */
export function clientKeyOf(address: string, key: RequestKey, now: Date): string {
  if (!address) return ''
  return hmacOf(key)(`client ${now.toISOString().slice(0, 10)} ${address}`, 'base64url').slice(0, 22)
}

/** The caller that the gateway vouches for in this request. @throws {SignatureRefused} */
export function verifyRequest(
  parts: SignedParts & { headers: Headers },
  keys: readonly RequestKey[],
  now: Date,
): Viewer {
  const input = inputForm.exec(single(parts.headers, 'signature-input'))
  const signature = signatureForm.exec(single(parts.headers, 'signature'))
  if (!input || !signature || `(${input[1]})` !== covered) throw new SignatureRefused('missing or malformed signature')
  const ageSeconds = Math.abs(now.getTime() / 1000 - Number(input[2]))
  if (ageSeconds > signatureMaxAgeSeconds) throw new SignatureRefused('signature is stale')
  const key = keys.find((candidate) => candidate.id === input[4])
  if (!key) throw new SignatureRefused('unknown key id')
  const params = single(parts.headers, 'signature-input').slice('tikitu='.length)
  const expected = hmacOf(key)(signatureBase(parts, parts.headers, params), 'base64')
  if (!timingSafeEqual(Buffer.from(expected, 'base64'), Buffer.from(signature[1] ?? '', 'base64')))
    throw new SignatureRefused('bad signature')
  if (single(parts.headers, 'content-digest') !== digestOf(parts.body))
    throw new SignatureRefused('content digest does not match the body')
  return viewerOf(parts.headers)
}

/** The time and the nonce of a signature; null when its format is not ours. */
export function nonceOf(headers: Headers): { created: number; nonce: string } | null {
  const input = inputForm.exec(single(headers, 'signature-input'))
  return input ? { created: Number(input[2]), nonce: input[3] ?? '' } : null
}

const none: Headers = {}

interface Claims {
  headers: Record<(typeof claimHeaders)[number], string>
  /** As in the signature base. */
  lines: string
}

/** Cached: the claims of a viewer are the same for all their requests. */
const claims = new WeakMap<Viewer, Claims>()

function claimsOf(viewer: Viewer): Claims {
  const known = claims.get(viewer)
  if (known) return known
  const isUser = viewer.kind === 'user'
  const headers = {
    'x-user-id': isUser ? encodeURIComponent(viewer.userId) : '',
    'x-user-email': isUser ? encodeURIComponent(viewer.email ?? '') : '',
    'x-user-groups': isUser ? viewer.groups.map(encodeURIComponent).join(',') : '',
    'x-user-staff': isUser && viewer.staff ? writeStaff(viewer.staff) : '',
  }
  const made = { headers, lines: linesOf(claimLines, headers) }
  claims.set(viewer, made)
  return made
}

function paramsOf(key: RequestKey, createdSeconds: number): string {
  return `${covered};created=${createdSeconds};nonce="${randomUUID()}";keyid="${key.id}";alg="hmac-sha256"`
}

function viewerOf(headers: Headers): Viewer {
  const userId = decodeURIComponent(single(headers, 'x-user-id'))
  if (!userId) return anonymous
  const groups = single(headers, 'x-user-groups')
  const staff = readStaff(single(headers, 'x-user-staff'))
  return {
    kind: 'user',
    userId,
    email: decodeURIComponent(single(headers, 'x-user-email')) || null,
    groups: groups ? groups.split(',').map(decodeURIComponent) : [],
    ...(staff && { staff }),
  }
}

function writeStaff({ role, version }: StaffClaim): string {
  return role ? `${version} ${role}` : String(version)
}

function readStaff(text: string): StaffClaim | null {
  const [, version, role = null] = staffForm.exec(text) ?? []
  return version ? { version: Number(version), role: role as StaffClaim['role'] } : null
}

function signatureBase(parts: SignedParts, headers: Headers, params: string): string {
  const digest = single(headers, 'content-digest')
  return writeBase(parts, {
    digest,
    claims: linesOf(claimLines, headers),
    others: linesOf(otherLines, headers),
    params,
  })
}

/** With each signed header, empty when absent, so that no HTTP client adds a default. */
function withOthers(signed: Record<string, string>, given: Headers): Record<string, string> {
  for (const name of otherHeaders) signed[name] = single(given, name)
  return signed
}

/** The signature base of RFC 9421 §2.5 for our fixed set of components. */
function writeBase(
  { method, path }: SignedParts,
  { digest, claims, others, params }: { digest: string; claims: string; others: string; params: string },
): string {
  const end = path.indexOf('?')
  const [way, query] = end === -1 ? [path, '?'] : [path.slice(0, end), path.slice(end)]
  const target = `"@method": ${method}\n"@path": ${way}\n"@query": ${query}`
  return `${target}\n"content-digest": ${digest}${claims}${others}\n"@signature-params": ${params}`
}

interface Line {
  name: string
  start: string
}

function lineOf(name: string): Line {
  return { name, start: `\n"${name}": ` }
}

/** The lines of these headers in the signature base. */
function linesOf(lines: readonly Line[], headers: Headers): string {
  let text = ''
  for (const { name, start } of lines) text += start + single(headers, name)
  return text
}

function single(headers: Headers, name: string): string {
  const value = headers[name]
  if (Array.isArray(value)) throw new SignatureRefused(`${name} is repeated`)
  return value ?? ''
}

function digestOf(body: string | Buffer): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`
}

/** Cached per key. */
const hmacs = new WeakMap<RequestKey, Hmac>()

function hmacOf(key: RequestKey): Hmac {
  let hmac = hmacs.get(key)
  if (!hmac) {
    hmac = createHmacSha256(key.secret)
    hmacs.set(key, hmac)
  }
  return hmac
}
