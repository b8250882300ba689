import { anonymous } from '@tikitu/kit/auth/viewer'
import { Unauthenticated } from '@tikitu/kit/base/errors'
import type { Log } from '@tikitu/kit/base/log'
import { type Authenticate, createAuthenticator } from './authenticate.ts'
import { type CognitoPool, issuersOf, jwksUrlOf } from './cognito.ts'
import { createKeyCache, fetchKeySet } from './jwks-cache.ts'
import { verifyToken } from './verify-token.ts'

/** Creates the authenticator for a user pool. Without a pool everybody is anonymous, and requests with a token are rejected. */
export function openAuthenticator(
  pool: CognitoPool | null,
  { takesScopes, log }: { takesScopes: boolean; log: Log },
): Authenticate {
  if (!pool) return refuseTokens
  const { clientIds } = pool
  const keys = createKeyCache({
    fetchKeys: () => fetchKeySet(jwksUrlOf(pool)),
    now: Date.now,
    onFailure: (error) => log.error({ err: error }, 'the keys of the user pool cannot be fetched'),
  })
  return createAuthenticator({
    verify: (token, now) => verifyToken(token, { keys, issuers: issuersOf(pool), clientIds, takesScopes }, now),
    now: Date.now,
    onRefusal: (reason) => log.debug({ reason }, 'token refused'),
  })
}

/** Rejects tokens when there is no pool: an anonymous response could be mistaken for the caller's own. */
const refuseTokens: Authenticate = async (authorization) => {
  if (!authorization) return anonymous
  throw new Unauthenticated('Sign-in is not available. Do not send an Authorization header.')
}
