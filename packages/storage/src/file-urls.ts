import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RequestKey } from '@tikitu/kit/auth/request-signatures'
import { type StaffClaim, staffGroup, staffRoles, staffScope, type UserViewer } from '@tikitu/kit/auth/viewer'

/** A URL that may be used without a token until it expires. */
export interface SignedUrl {
  url: string
  expiresAt: Date
}

/** What a URL is for. */
export interface UrlPurpose {
  method: 'GET' | 'POST'
  /** The path without a query. */
  path: string
  /** Who was given the URL. What they may do is decided again when it is used. */
  viewer: UserViewer
  lifeSeconds: number
}

/** Signs the URLs of one service and checks them. */
export interface FileUrls {
  /** The public address, without a slash at its end. */
  baseUrl: string
  sign: (purpose: UrlPurpose, now: Date) => SignedUrl
  /** Whom the requested URL was given to. Their current rights are still to be read. @throws {UrlRefused} */
  verify: (request: { method: string; url: string }, now: Date) => UserViewer
}

/** The URL is forged or changed, by an unknown key, of another method, or has expired. */
export class UrlRefused extends Error {
  override readonly name = 'UrlRefused'
}

export interface FileUrlOptions {
  /** The public address, without a slash at its end. */
  baseUrl: string
  /** The first signs, all of them verify, so that keys rotate without a gap. */
  keys: readonly RequestKey[]
}

interface Terms {
  /** Seconds since 1970. */
  expires: number
  viewer: string
  /** The role and version of a staff member; empty for others. */
  staff: string
}

/** Signs with HMAC-SHA256 over method, path, expiry and viewer. */
export function createFileUrls({ baseUrl, keys }: FileUrlOptions): FileUrls {
  const [current] = keys
  if (!current) throw new Error('URLs of files need a key')
  return {
    baseUrl,
    sign: ({ method, path, viewer, lifeSeconds }, now) => {
      const expires = Math.floor(now.getTime() / 1000) + lifeSeconds
      const terms = { expires, viewer: viewer.userId, staff: writeStaff(viewer) }
      return { url: baseUrl + signedPath({ method, path }, terms, current), expiresAt: new Date(expires * 1000) }
    },
    verify: ({ method, url }, now) => {
      const [path = '', query = ''] = url.split('?', 2)
      const values = new URLSearchParams(query)
      const terms = readTerms(values)
      const key = keys.find(({ id }) => id === values.get('key'))
      if (!key || !isEqual(signedPath({ method, path }, terms, key), url))
        throw new UrlRefused('This link is not valid.')
      if (now.getTime() >= terms.expires * 1000) throw new UrlRefused('This link has expired. Ask for a new one.')
      return viewerOf(terms)
    },
  }
}

function readTerms(values: URLSearchParams): Terms {
  const viewer = values.get('viewer') ?? ''
  return { expires: Number(values.get('expires')), viewer, staff: values.get('staff') ?? '' }
}

/** Everything but the signature is signed, in this one form, so a URL that was changed anywhere is not equal to its own. */
function signedPath({ method, path }: { method: string; path: string }, terms: Terms, key: RequestKey): string {
  const query = new URLSearchParams({ expires: String(terms.expires), viewer: terms.viewer })
  if (terms.staff) query.set('staff', terms.staff)
  query.set('key', key.id)
  const unsigned = `${path}?${query}`
  const signature = createHmac('sha256', key.secret).update(`${method} ${unsigned}`).digest('base64url')
  return `${unsigned}&signature=${signature}`
}

function isEqual(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** `SUPPORT.3`: the role with the version at which it was known, so that a later change counts. */
function writeStaff({ groups, staff }: UserViewer): string {
  return groups.includes(staffGroup) && staff?.role ? `${staff.role}.${staff.version}` : ''
}

function viewerOf({ viewer: userId, staff: text }: Terms): UserViewer {
  const [name, version] = text.split('.')
  const role = staffRoles.find((known) => known === name)
  const staff: StaffClaim | null = role ? { role, version: Number(version) } : null
  return { kind: 'user', userId, email: null, groups: role ? [staffGroup, staffScope(role)] : [], staff }
}
