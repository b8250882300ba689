import { CognitoError, UserNotConfirmedException, UserNotFoundError } from 'cognito-local/lib/errors.js'
import type { Route, Router } from 'cognito-local/lib/server/Router.js'
import type { Services } from 'cognito-local/lib/services/index.js'
import { attributesAppend, attributeValue } from 'cognito-local/lib/services/userPoolService.js'

/**
 * Adds behaviour of Amazon Cognito that cognito-local lacks: three API calls, the password policy, and which codes a confirmed or an
 * unconfirmed account accepts.
 */
export function completeRouter(router: Router, services: Services): Router {
  const added: Readonly<Record<string, Route>> = {
    ResendConfirmationCode: resendConfirmationCode(services),
    AdminUserGlobalSignOut: adminUserGlobalSignOut(services),
    GetTokensFromRefreshToken: getTokensFromRefreshToken(router),
  }
  return (target) => async (ctx, request) => {
    const field = passwordFields[target]
    if (field) requireStrongPassword(String(request[field] ?? ''))
    await preconditions[target]?.(services, ctx, request)
    const answer = await (added[target] ?? router(target))(ctx, request)
    if (target === 'ConfirmSignUp') await verifyAddress(services, ctx, request)
    return answer
  }
}

const passwordFields: Readonly<Record<string, string>> = {
  SignUp: 'Password',
  ConfirmForgotPassword: 'Password',
  ChangePassword: 'ProposedPassword',
}

/** The policy that `register` describes; configure the same for a pool at Amazon. */
const passwordRules = [
  { isMet: (password: string) => password.length >= 8, problem: 'Password not long enough' },
  { isMet: (password: string) => /\p{Lu}/u.test(password), problem: 'Password must have uppercase characters' },
  { isMet: (password: string) => /\p{Ll}/u.test(password), problem: 'Password must have lowercase characters' },
  { isMet: (password: string) => /\d/.test(password), problem: 'Password must have numeric characters' },
]

function requireStrongPassword(password: string): void {
  const broken = passwordRules.find(({ isMet }) => !isMet(password))
  if (broken) {
    throw new CognitoError('InvalidPasswordException', `Password did not conform with policy: ${broken.problem}`)
  }
}

type Request = Parameters<Route>[1]
type Check = (services: Services, ctx: Parameters<Route>[0], request: Request) => Promise<void>

/** cognito-local uses one code for everything: a code to reset a password must not confirm an account, nor the reverse. */
const preconditions: Readonly<Record<string, Check>> = {
  ForgotPassword: async (services, ctx, request) => {
    if ((await statusOf(services, ctx, request)) === 'UNCONFIRMED') {
      const text = 'Cannot reset password for the user as there is no registered/verified email or phone_number'
      throw new CognitoError('InvalidParameterException', text)
    }
  },
  ConfirmForgotPassword: async (services, ctx, request) => {
    if ((await statusOf(services, ctx, request)) === 'UNCONFIRMED') throw new UserNotConfirmedException()
  },
  ConfirmSignUp: async (services, ctx, request) => {
    const status = await statusOf(services, ctx, request)
    if (status !== null && status !== 'UNCONFIRMED') {
      throw new CognitoError('NotAuthorizedException', `User cannot be confirmed. Current status is ${status}`)
    }
  },
}

async function statusOf({ cognito }: Services, ctx: Parameters<Route>[0], request: Request): Promise<string | null> {
  const pool = await cognito.getUserPoolForClientId(ctx, request.ClientId)
  return (await pool.getUserByUsername(ctx, request.Username))?.UserStatus ?? null
}

/** The code was mailed to the address, so entering it verifies the address. */
async function verifyAddress({ cognito }: Services, ctx: Parameters<Route>[0], request: Request): Promise<void> {
  const pool = await cognito.getUserPoolForClientId(ctx, request.ClientId)
  const user = await pool.getUserByUsername(ctx, request.Username)
  if (!user) return
  const Attributes = attributesAppend(user.Attributes, { Name: 'email_verified', Value: 'true' })
  await pool.saveUser(ctx, { ...user, Attributes })
}

function resendConfirmationCode({ cognito, messages, otp, clock }: Services): Route {
  return async (ctx, request) => {
    const pool = await cognito.getUserPoolForClientId(ctx, request.ClientId)
    const user = await pool.getUserByUsername(ctx, request.Username)
    if (!user) throw new UserNotFoundError()
    if (user.UserStatus === 'CONFIRMED')
      throw new CognitoError('InvalidParameterException', 'User is already confirmed.')
    const [code, Destination] = [otp(), attributeValue('email', user.Attributes) ?? '']
    const details = { AttributeName: 'email' as const, DeliveryMedium: 'EMAIL' as const, Destination }
    await messages.deliver(ctx, 'ResendCode', request.ClientId, pool.options.Id, user, code, undefined, details)
    await pool.saveUser(ctx, { ...user, UserLastModifiedDate: clock.get(), ConfirmationCode: code })
    return { CodeDeliveryDetails: details }
  }
}

function adminUserGlobalSignOut({ cognito, clock }: Services): Route {
  return async (ctx, request) => {
    const pool = await cognito.getUserPool(ctx, request.UserPoolId)
    const user = await pool.getUserByUsername(ctx, request.Username)
    if (!user) throw new UserNotFoundError('User does not exist.')
    await pool.saveUser(ctx, { ...user, UserLastModifiedDate: clock.get(), RefreshTokens: [] })
    return {}
  }
}

/** The refresh flow of cognito-local, which has the older of Amazon's two calls for it. Refresh tokens are not rotated. */
function getTokensFromRefreshToken(router: Router): Route {
  return async (ctx, { ClientId, RefreshToken }) => {
    const AuthParameters = { REFRESH_TOKEN: RefreshToken }
    return await router('InitiateAuth')(ctx, { ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters })
  }
}
