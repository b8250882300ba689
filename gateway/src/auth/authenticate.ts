import { createHash } from 'node:crypto'
import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { Unauthenticated } from '@tikitu/kit/base/errors'
import { bearerTokenOf } from './bearer-token.ts'
import { TokenRefused, type Verified } from './verify-token.ts'

export interface AuthenticatorOptions {
  verify: (token: string, now: Date) => Promise<Verified>
  now: () => number
  /** Called with the reason when a token is rejected. */
  onRefusal: (reason: string) => void
}

/** Identifies the caller by an Authorization header. @throws {Unauthenticated | Unavailable} */
export type Authenticate = (authorization: string | undefined) => Promise<Viewer>

const cachedMs = 60_000
const maxCached = 10_000
const maxTokenLength = 8_192

/**
 * Identifies the caller. Without a header they are anonymous; an invalid token is rejected, never treated as anonymous. Valid tokens are
 * cached by hash for at most a minute, and never beyond their expiry.
 */
export function createAuthenticator({ verify, now, onRefusal }: AuthenticatorOptions): Authenticate {
  const cache = new Map<string, { viewer: Viewer; until: number }>()
  return async (authorization) => {
    if (!authorization) return anonymous
    const token = bearerTokenOf(authorization)
    if (!token || token.length > maxTokenLength) throw refuse('not a bearer token', onRefusal)
    const hash = createHash('sha256').update(token).digest('base64')
    const known = cache.get(hash)
    if (known && known.until > now()) return known.viewer
    cache.delete(hash)
    const { viewer, expiresAt } = await verify(token, new Date(now())).catch((error: unknown) => {
      throw error instanceof TokenRefused ? refuse(error.message, onRefusal) : error
    })
    if (cache.size >= maxCached) cache.delete(cache.keys().next().value ?? '')
    cache.set(hash, { viewer, until: Math.min(now() + cachedMs, expiresAt) })
    return viewer
  }
}

function refuse(reason: string, onRefusal: (reason: string) => void): Unauthenticated {
  onRefusal(reason)
  return new Unauthenticated('The access token is invalid or has expired. Sign in again.')
}
