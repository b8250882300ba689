import { CognitoError, UserNotFoundError } from 'cognito-local/lib/errors.js'
import type { Route, Router } from 'cognito-local/lib/server/Router.js'
import type { Services } from 'cognito-local/lib/services/index.js'
import { attributeValue } from 'cognito-local/lib/services/userPoolService.js'

/** Adds what Amazon's Cognito does and cognito-local leaves out: two calls of its API, and the rules for passwords. */
export function completeRouter(router: Router, services: Services): Router {
  const added: Readonly<Record<string, Route>> = {
    ResendConfirmationCode: resendConfirmationCode(services),
    AdminUserGlobalSignOut: adminUserGlobalSignOut(services),
  }
  return (target) => async (ctx, request) => {
    const field = passwordFields[target]
    if (field) requireStrongPassword(String(request[field] ?? ''))
    return await (added[target] ?? router(target))(ctx, request)
  }
}

const passwordFields: Readonly<Record<string, string>> = {
  SignUp: 'Password',
  ConfirmForgotPassword: 'Password',
  ChangePassword: 'ProposedPassword',
}

/** The policy that `register` describes; a pool at Amazon is to be given the same. */
const rules = [
  { isKept: (password: string) => password.length >= 8, problem: 'Password not long enough' },
  { isKept: (password: string) => /\p{Lu}/u.test(password), problem: 'Password must have uppercase characters' },
  { isKept: (password: string) => /\p{Ll}/u.test(password), problem: 'Password must have lowercase characters' },
  { isKept: (password: string) => /\d/.test(password), problem: 'Password must have numeric characters' },
]

function requireStrongPassword(password: string): void {
  const broken = rules.find(({ isKept }) => !isKept(password))
  if (broken) {
    throw new CognitoError('InvalidPasswordException', `Password did not conform with policy: ${broken.problem}`)
  }
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
