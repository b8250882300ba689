import { checkInput } from '@tikitu/kit/check-input'
import { uuidFromId } from '@tikitu/kit/ids'
import { addJob } from '@tikitu/kit/jobs'
import { z } from 'zod'
import type { Ctx } from '../context.ts'
import { SignInRefused } from '../errors.ts'
import { emailAddress, sentCode } from './input-fields.ts'
import { requireStrongPassword } from './password-rule.ts'
import { requireMe } from './require-me.ts'

const reset = z.object({ email: emailAddress, code: sentCode, newPassword: z.string() })

/** The job that ends every session of an account. */
export const endSessionsTask = 'endSessions'

/**
 * Sets a new password with a code, and ends every session: whoever had the old password is out.
 * @throws {ConfirmationCodeRefused | PasswordTooWeak | TooManyAttempts | Unavailable}
 */
export async function resetPassword(ctx: Ctx, input: z.input<typeof reset>): Promise<{ setAt: Date }> {
  const { email, code, newPassword } = checkInput(reset, input)
  requireStrongPassword(newPassword, email)
  await ctx.identity.resetPassword({ email, code, password: newPassword })
  await addJob(ctx, { task: endSessionsTask, payload: { email } })
  return { setAt: ctx.now() }
}

/** Ends every session of an account. Safe to repeat. */
export async function endSessions(ctx: Ctx, email: string): Promise<void> {
  await ctx.identity.signOutEverywhere(email)
}

/**
 * Sets the caller's new password. The old one is proved by signing in with it, so nobody has to send a token twice.
 * @throws {SignInRefused | PasswordTooWeak | UserSuspended | TooManyAttempts | Unavailable}
 */
export async function changePassword(
  ctx: Ctx,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<{ setAt: Date }> {
  const me = await requireMe(ctx)
  requireStrongPassword(newPassword, me.email)
  const proof = { username: uuidFromId(me.id), password: currentPassword }
  const { accessToken, refreshToken } = await ctx.identity.signIn(proof).catch((error: unknown) => {
    throw error instanceof SignInRefused ? new SignInRefused('The current password is wrong.') : error
  })
  try {
    await ctx.identity.changePassword({ accessToken, from: currentPassword, to: newPassword })
  } finally {
    await ctx.identity.signOut(refreshToken).catch(() => undefined)
  }
  return { setAt: ctx.now() }
}
