import type { UserViewer } from '@tikitu/kit/auth/viewer'
import { idFromUuid } from '@tikitu/kit/base/ids'
import * as jose from 'jose'

export interface TokenRules {
  keys: jose.JWTVerifyGetKey
  issuers: readonly string[]
  clientIds: readonly string[]
  /** Whether an access token's scopes are granted in addition to its groups, for graphs that use `@requiresScopes` with them. */
  takesScopes?: boolean
}

/** The user of a token, valid until `expiresAt` (milliseconds since 1970). */
export interface Verified {
  viewer: UserViewer
  expiresAt: number
}

/** A token that is invalid or expired. The message is for the log only. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

const toleranceSeconds = 5
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Verifies a Cognito access or id token (RS256, issuer, client, expiry) and returns its user. @throws {TokenRefused} for an invalid token;
 * {Unavailable} while the pool's keys cannot be fetched
 */
export async function verifyToken(token: string, rules: TokenRules, now: Date): Promise<Verified> {
  const payload = await verifySignature(token, rules, now)
  const isAccess = payload.token_use === 'access'
  if (!isAccess && payload.token_use !== 'id') throw new TokenRefused('token_use is neither access nor id')
  const client = isAccess ? payload.client_id : payload.aud
  if (typeof client !== 'string' || !rules.clientIds.includes(client))
    throw new TokenRefused('issued to another client')
  if (!uuid.test(payload.sub ?? '')) throw new TokenRefused('sub is not a UUID')
  return { viewer: viewerOf(payload, rules), expiresAt: (payload.exp ?? 0) * 1000 }
}

async function verifySignature(token: string, rules: TokenRules, now: Date): Promise<jose.JWTPayload> {
  try {
    const { payload } = await jose.jwtVerify(token, rules.keys, {
      algorithms: ['RS256'],
      issuer: [...rules.issuers],
      requiredClaims: ['exp', 'iat', 'sub', 'token_use'],
      clockTolerance: toleranceSeconds,
      currentDate: now,
    })
    return payload
  } catch (error) {
    if (error instanceof jose.errors.JOSEError) throw new TokenRefused(`${error.code}: ${error.message}`)
    if (error instanceof TypeError) throw new TokenRefused(error.message)
    throw error
  }
}

/** Only a verified address is passed on: with another's address, somebody could accept an invitation meant for them. */
function viewerOf(payload: jose.JWTPayload, { takesScopes }: TokenRules): UserViewer {
  const { email, email_verified: isVerified, 'cognito:groups': groups, scope } = payload
  const isProved = isVerified === true || isVerified === 'true'
  return {
    kind: 'user',
    userId: idFromUuid('usr', (payload.sub ?? '').toLowerCase()),
    email: isProved && typeof email === 'string' ? email : null,
    groups: [...textsIn(groups), ...(takesScopes && typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [])],
  }
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []
}
