import { GraphQLError } from 'graphql'
import { decodeJwt } from 'jose'
import { bearerTokenOf } from '../auth/bearer-token.ts'

/** When the token of a verified Authorization header expires, in milliseconds since 1970; null without a token. */
export function tokenExpiryOf(authorization: string | undefined): number | null {
  const token = bearerTokenOf(authorization ?? '')
  return token === undefined ? null : (decodeJwt(token).exp ?? 0) * 1_000
}

/** The last error of a stream whose token has expired. */
export function tokenExpiredError(): GraphQLError {
  return new GraphQLError('The access token has expired. Reconnect with a new one.', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
  })
}
