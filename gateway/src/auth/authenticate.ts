import { createHash } from 'node:crypto'
import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { Unauthenticated } from '@tikitu/kit/base/errors'
import { bearerTokenOf } from './bearer-token.ts'
import { TokenRefused, type Verified } from './verify-token.ts'

export interface AuthenticatorOptions {
  verify: (token: string, now: Date) => Promise<Verified>
  now: () => number
  /** Told why a token was refused. */
  onRefusal: (reason: string) => void
}

/** Who sends a request with that Authorization header. @throws {Unauthenticated | Unavailable} */
export type Authenticate = (authorization: string | undefined) => Promise<Viewer>

const cachedMs = 60_000
const maxCached = 10_000
const maxTokenLength = 8_192

/**
 * Tells who is asking. No header: anonymous. A header that holds no good token is refused, never taken for anonymous.
 * Good tokens are remembered by hash for at most a minute, and never past their end.
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
