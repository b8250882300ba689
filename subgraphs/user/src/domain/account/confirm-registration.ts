import { validateInput } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { ConfirmationCodeRefused, EmailNotConfirmed } from '../../errors.ts'
import type { Account } from '../../identity/identity.ts'
import { emailAddress, sentCode } from '../profile/input-fields.ts'
import { createUserRow } from './create-user-row.ts'

const confirmation = z.object({ email: emailAddress, code: sentCode, password: z.string().nullish() })

export type ConfirmRegistrationInput = z.input<typeof confirmation>

/**
 * Confirms the address of a new account and makes its profile. Its first token carries the group `user`. With a password,
 * only the account that was registered with it is confirmed.
 * @throws {ConfirmationCodeRefused | EmailTaken | TooManyAttempts | Forbidden | InvalidInput | Unavailable}
 * @throws {SignInRefused | NewPasswordRequired | PasswordResetRequired | SignInStepUnsupported | UserSuspended} for the password
 */
export async function confirmRegistration(ctx: Ctx, input: ConfirmRegistrationInput): Promise<{ email: string }> {
  const { email, code, password } = validateInput(confirmation, input)
  if (typeof password === 'string') await requirePassword(ctx, { username: email, password })
  await ctx.identity.confirmSignUp(email, code)
  const account = await requireKept(ctx, email)
  // The address is confirmed, whatever happens now: the first request makes the profile as well, a job sets the group.
  if (account) await welcome(ctx, account)
  return { email }
}

/** An account that waits for its code is refused for that only to whoever knows its password. */
async function requirePassword(ctx: Ctx, credentials: { username: string; password: string }): Promise<void> {
  const session = await ctx.identity.signIn(credentials).catch((error: unknown) => {
    if (error instanceof EmailNotConfirmed) return null
    throw error
  })
  if (session) await ctx.identity.signOut(session.refreshToken)
}

/** An account that somebody else's registration is replacing at this moment was confirmed for nothing. */
async function requireKept(ctx: Ctx, email: string): Promise<Account | null> {
  try {
    const account = await ctx.identity.findAccount(email)
    if (!account?.isConfirmed || !account.isEnabled) throw new ConfirmationCodeRefused()
    return account
  } catch (error) {
    if (error instanceof ConfirmationCodeRefused) throw error
    ctx.log.warn({ err: error }, 'the profile of a confirmed account will be created on its first request')
    return null
  }
}

async function welcome(ctx: Ctx, account: Account): Promise<void> {
  const isGiven = await Promise.allSettled([
    createUserRow(ctx, account),
    ctx.identity.setMembership(account.sub, 'user', true),
  ])
  for (const outcome of isGiven) {
    if (outcome.status === 'rejected') {
      ctx.log.warn({ err: outcome.reason }, 'the profile or group of a confirmed account could not be set yet')
    }
  }
}
