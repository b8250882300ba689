import { UserSuspended } from '@tikitu/kit/base/errors'
import { idFromUuid, uuidFromId } from '@tikitu/kit/base/ids'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { Tokens } from '../../identity/identity.ts'
import { emailAddress } from '../profile/input-fields.ts'
import { requireStrongPassword } from './password-rule.ts'
import { requireActiveUser, requireMe } from './require-me.ts'
import { syncEmail } from './sync-email.ts'

const credentials = z.object({ email: emailAddress, password: z.string(), newPassword: z.string().nullish() })

export type SignInInput = z.input<typeof credentials>

/** An open session, and whose it is. */
export type Session = Tokens & { userId: string }

/**
 * Opens a session with a password, unless the account is suspended; that is told only to whoever knows the password.
 * @throws {SignInRefused | EmailNotConfirmed | NewPasswordRequired | PasswordTooWeak | PasswordResetRequired}
 * @throws {UserSuspended | TooManyAttempts | SignInStepUnsupported | Forbidden | InvalidInput | Unavailable}
 */
export async function signIn(ctx: Ctx, input: SignInInput): Promise<Session> {
  const { email, password, newPassword } = validateInput(credentials, input)
  if (newPassword) requireStrongPassword(newPassword, email)
  return await openSession(ctx, await ctx.identity.signIn({ username: email, password, newPassword }))
}

/**
 * New tokens for a session, unless the account was suspended meanwhile.
 * @throws {SessionEnded | PasswordResetRequired | UserSuspended | TooManyAttempts | Forbidden | InvalidInput | Unavailable}
 */
export async function refreshSession(ctx: Ctx, input: { refreshToken: string }): Promise<Session> {
  return await openSession(ctx, await ctx.identity.refresh(input.refreshToken))
}

/** When sessions ended. */
export interface SignOut {
  signedOutAt: Date
}

/** Ends a session; one that is over already stays over. @throws {TooManyAttempts | Forbidden | Unavailable} */
export async function signOut(ctx: Ctx, input: { refreshToken: string }): Promise<SignOut> {
  await ctx.identity.signOut(input.refreshToken)
  return { signedOutAt: ctx.now() }
}

/**
 * Ends every session of the caller, the one that asks included.
 * @throws {Unauthenticated | UserSuspended | TooManyAttempts | Unavailable}
 */
export async function signOutEverywhere(ctx: Ctx): Promise<SignOut> {
  const { id } = await requireMe(ctx)
  await ctx.identity.signOutEverywhere(uuidFromId(id))
  return { signedOutAt: ctx.now() }
}

/** Tokens of a suspended account are not given out, and the session that they belong to ends. */
export async function openSession(ctx: Ctx, tokens: Tokens): Promise<Session> {
  const userId = idFromUuid('usr', tokens.sub)
  try {
    await syncEmail(ctx, await requireActiveUser(ctx, userId), tokens.email)
  } catch (error) {
    if (error instanceof UserSuspended) await ctx.identity.signOut(tokens.refreshToken).catch(() => undefined)
    throw error
  }
  return { ...tokens, userId }
}
