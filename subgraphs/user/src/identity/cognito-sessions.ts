import {
  type AuthenticationResultType,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt } from 'jose'
import { NewPasswordRequired, SessionEnded, SignInRefused, SignInStepUnsupported } from '../errors.ts'
import { notAuthorized } from './cognito-errors.ts'
import { callCognito, type Pool, secretParameterOf } from './cognito-pool.ts'
import type { Credentials, Tokens } from './identity.ts'

const wrongPassword = () => new SignInRefused()

/** Signs in with a password, and with a new one where the password was temporary. As `Identity.signIn`. */
export async function signInWithPassword(pool: Pool, credentials: Credentials): Promise<Tokens> {
  const { username, password, newPassword } = credentials
  const command = new InitiateAuthCommand({
    ClientId: pool.ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: password, ...secretParameterOf(pool, username) },
  })
  const answer = await callCognito(pool.client.send(command), {
    InvalidParameterException: wrongPassword,
    InvalidPasswordException: wrongPassword,
    NotAuthorizedException: (message) => notAuthorized(message) ?? wrongPassword(),
    UserNotFoundException: wrongPassword,
  })
  if (answer.AuthenticationResult) return tokensOf(answer.AuthenticationResult)
  if (answer.ChallengeName !== 'NEW_PASSWORD_REQUIRED') throw new SignInStepUnsupported(answer.ChallengeName ?? 'none')
  if (!newPassword) throw new NewPasswordRequired()
  const challenged = answer.ChallengeParameters?.['USER_ID_FOR_SRP'] ?? username
  const response = new RespondToAuthChallengeCommand({
    ClientId: pool.ClientId,
    ChallengeName: answer.ChallengeName,
    Session: answer.Session,
    ChallengeResponses: {
      USERNAME: challenged,
      NEW_PASSWORD: newPassword,
      ...secretParameterOf(pool, challenged),
    },
  })
  const completed = await callCognito(pool.client.send(response), { NotAuthorizedException: wrongPassword })
  if (!completed.AuthenticationResult) throw new SignInStepUnsupported(completed.ChallengeName ?? 'none')
  return tokensOf(completed.AuthenticationResult)
}

/**
 * New tokens for a session that goes on. As `Identity.refresh`. The call takes the secret of the app client as it is: a hash would need the
 * user name, which a refresh token does not show. It also serves pools that rotate refresh tokens.
 */
export async function refreshTokens({ client, ClientId, ClientSecret }: Pool, refreshToken: string): Promise<Tokens> {
  const command = new GetTokensFromRefreshTokenCommand({ ClientId, ClientSecret, RefreshToken: refreshToken })
  const ended = () => new SessionEnded()
  const { AuthenticationResult } = await callCognito(client.send(command), {
    InvalidParameterException: ended,
    NotAuthorizedException: (message) => notAuthorized(message) ?? ended(),
    RefreshTokenReuseException: ended,
    UserNotFoundException: ended,
  })
  // Without rotation the answer has no refresh token: the old one stays good.
  return tokensOf({ RefreshToken: refreshToken, ...definedOf(AuthenticationResult ?? {}) })
}

function tokensOf(result: AuthenticationResultType): Tokens {
  const { AccessToken = '', IdToken = '', RefreshToken = '' } = result
  const { sub = '', exp = 0 } = decodeJwt(AccessToken)
  const { email, email_verified: isVerified } = IdToken ? decodeJwt(IdToken) : {}
  return {
    sub,
    email: isVerified === true && typeof email === 'string' ? email : null,
    accessToken: AccessToken,
    idToken: IdToken,
    refreshToken: RefreshToken,
    expiresAt: new Date(exp * 1000),
  }
}

function definedOf(result: AuthenticationResultType): AuthenticationResultType {
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined && value !== null))
}
