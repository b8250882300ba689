import {
  type AuthenticationResultType,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { UserSuspended } from '@tikitu/kit/base/errors'
import { decodeJwt } from 'jose'
import { NewPasswordRequired, SessionEnded, SignInRefused, SignInStepUnsupported, TooManyAttempts } from '../errors.ts'
import { callCognito, type Pool } from './cognito-pool.ts'
import type { Credentials, Tokens } from './identity.ts'

const wrongPassword = () => new SignInRefused()

/** Signs in with a password, and with a new one where the password was temporary. As `Identity.signIn`. */
export async function signInWithPassword(pool: Pool, credentials: Credentials): Promise<Tokens> {
  const { username, password, newPassword } = credentials
  const command = new InitiateAuthCommand({
    ClientId: pool.ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: password },
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
  const response = new RespondToAuthChallengeCommand({
    ClientId: pool.ClientId,
    ChallengeName: answer.ChallengeName,
    Session: answer.Session,
    ChallengeResponses: {
      USERNAME: answer.ChallengeParameters?.['USER_ID_FOR_SRP'] ?? username,
      NEW_PASSWORD: newPassword,
    },
  })
  const completed = await callCognito(pool.client.send(response), { NotAuthorizedException: wrongPassword })
  if (!completed.AuthenticationResult) throw new SignInStepUnsupported(completed.ChallengeName ?? 'none')
  return tokensOf(completed.AuthenticationResult)
}

/** New tokens for a session that goes on. As `Identity.refresh`. */
export async function refreshTokens(pool: Pool, refreshToken: string): Promise<Tokens> {
  const command = new InitiateAuthCommand({
    ClientId: pool.ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  })
  const ended = () => new SessionEnded()
  const { AuthenticationResult } = await callCognito(pool.client.send(command), {
    InvalidParameterException: ended,
    NotAuthorizedException: (message) => notAuthorized(message) ?? ended(),
    UserNotFoundException: ended,
  })
  // Without rotation the answer has no refresh token: the old one stays good.
  return tokensOf({ RefreshToken: refreshToken, ...definedOf(AuthenticationResult ?? {}) })
}

/** Cognito says several things by one exception, and tells them apart in its sentence only. */
function notAuthorized(message: string): UserSuspended | TooManyAttempts | null {
  if (/disabled/i.test(message)) return new UserSuspended()
  return /attempts exceeded/i.test(message) ? new TooManyAttempts() : null
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
