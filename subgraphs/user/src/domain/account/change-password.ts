import { uuidFromId } from '@tikitu/kit/base/ids'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { addJob, removeJob } from '@tikitu/kit/messaging/jobs'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { SignInRefused } from '../../errors.ts'
import { emailAddress, sentCode } from '../profile/input-fields.ts'
import { requireStrongPassword } from './password-rule.ts'
import { requireMe } from './require-me.ts'
import { openSession, type Session } from './sign-in.ts'

const reset = z.object({ email: emailAddress, code: sentCode, newPassword: z.string() })

/** A password that holds since then, and the caller's new session where one was opened. */
export interface PasswordSet {
  setAt: Date
  session: Session | null
}

/** The job that ends every session of an account. */
export const endSessionsTask = 'endSessions'

/**
 * Sets a new password with a code, and ends every session: whoever had the old password is out.
 * @throws {ConfirmationCodeRefused | PasswordTooWeak | TooManyAttempts | Forbidden | InvalidInput | Unavailable}
 */
export async function resetPassword(ctx: Ctx, input: z.input<typeof reset>): Promise<PasswordSet> {
  const { email, code, newPassword } = validateInput(reset, input)
  requireStrongPassword(newPassword, email)
  await ctx.identity.resetPassword({ email, code, password: newPassword })
  await addJob(ctx, { task: endSessionsTask, payload: { email } })
  return { setAt: ctx.now(), session: null }
}

/** Ends every session of an account, by its address or `sub`. Safe to repeat. */
export async function endSessions(ctx: Ctx, username: string): Promise<void> {
  await ctx.identity.signOutEverywhere(username)
}

/**
 * Sets the caller's new password, ends every session and opens a new one for the caller: whoever had the old password, or a
 * session, is out. The old password is proved by signing in with it, so nobody has to send a token twice.
 * @throws {SignInRefused | NewPasswordRequired | PasswordResetRequired | SignInStepUnsupported | PasswordTooWeak}
 * @throws {UserSuspended | TooManyAttempts | Forbidden | InvalidInput | Unavailable}
 */
export async function changePassword(
  ctx: Ctx,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<PasswordSet> {
  const me = await requireMe(ctx)
  requireStrongPassword(newPassword, me.email)
  const username = uuidFromId(me.id)
  const proof = await ctx.identity.signIn({ username, password: currentPassword }).catch((error: unknown) => {
    throw error instanceof SignInRefused ? new SignInRefused('The current password is wrong.') : error
  })
  const jobKey = `${endSessionsTask}:${me.id}`
  // Should this process end before it is through, the job ends the sessions.
  const runAt = new Date(ctx.now().getTime() + 60_000)
  await addJob(ctx, { task: endSessionsTask, payload: { email: username }, key: jobKey, runAt })
  try {
    await ctx.identity.changePassword({ accessToken: proof.accessToken, from: currentPassword, to: newPassword })
  } catch (error) {
    await removeJob(ctx, jobKey)
    await ctx.identity.signOut(proof.refreshToken).catch(() => undefined)
    throw error
  }
  return { setAt: ctx.now(), session: await startNewSession(ctx, { username, password: newPassword, jobKey }) }
}

/** Null when the account cannot be reached: the password holds, a job ends the sessions, and the caller signs in again. */
async function startNewSession(
  ctx: Ctx,
  { username, password, jobKey }: { username: string; password: string; jobKey: string },
): Promise<Session | null> {
  try {
    await ctx.identity.signOutEverywhere(username)
    await removeJob(ctx, jobKey)
    return await openSession(ctx, await ctx.identity.signIn({ username, password }))
  } catch (error) {
    ctx.log.warn({ err: error }, 'the password was changed, but no new session could be opened')
    return null
  }
}
