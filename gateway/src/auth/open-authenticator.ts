import { anonymous } from '@tikitu/kit/auth/viewer'
import { Unauthenticated } from '@tikitu/kit/base/errors'
import type { Log } from '@tikitu/kit/base/log'
import { type Authenticate, createAuthenticator } from './authenticate.ts'
import { type CognitoPool, issuersOf, jwksUrlOf } from './cognito.ts'
import { createKeyCache, fetchKeySet } from './jwks-cache.ts'
import { verifyToken } from './verify-token.ts'

/** Tells who sends a request, by the tokens of a pool. Without one everybody is anonymous, and whoever sends a token is refused. */
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

/** A token that nobody can check is refused like one that is not good: its sender would take an anonymous answer for theirs. */
const refuseTokens: Authenticate = async (authorization) => {
  if (!authorization) return anonymous
  throw new Unauthenticated('Nobody can sign in here: send no Authorization header.')
}
