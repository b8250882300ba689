import { anonymous, requireUser } from '@tikitu/kit/auth/viewer'
import { Unavailable } from '@tikitu/kit/base/errors'
import { uuidFromId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { useCognito } from '../../../test/cognito.ts'
import { ctxOf, jobsOf, migrations, newEmail, validPassword } from '../../../test/factories.ts'
import type { Ctx } from '../../context.ts'
import { ConfirmationCodeRefused, PasswordTooWeak, SessionEnded, SignInRefused } from '../../errors.ts'
import { changePassword, endSessions, endSessionsTask, resetPassword } from './change-password.ts'
import { confirmRegistration } from './confirm-registration.ts'
import { register } from './register.ts'
import { forgotPassword } from './send-code.ts'
import { refreshSession, signIn } from './sign-in.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const visitor = () => ctxOf({ database, cognito }, anonymous)
const newPassword = 'Battery-staple-8'

async function member() {
  const email = newEmail()
  const { userId } = await register(visitor(), { email, password: validPassword })
  await confirmRegistration(visitor(), { email, code: cognito.codeFor(email) })
  return { email, ctx: ctxOf({ database, cognito }, testUser({ userId })) }
}

const uuidOf = ({ viewer }: Ctx) => uuidFromId(requireUser(viewer).userId)

test('sets a new password with the code that was sent, and ends every session', async () => {
  const { email } = await member()
  const session = await signIn(visitor(), { email, password: validPassword })
  await forgotPassword(visitor(), { email })
  await resetPassword(visitor(), { email, code: cognito.codeFor(email), newPassword })
  await expect(signIn(visitor(), { email, password: validPassword })).rejects.toThrow(SignInRefused)
  expect(await jobsOf(database, endSessionsTask)).toContainEqual({ email })
  await endSessions(visitor(), email)
  await expect(refreshSession(visitor(), session)).rejects.toThrow(SessionEnded)
  await signIn(visitor(), { email, password: newPassword })
})

test('answers alike whether or not there is an account, and sends nothing when there is none', async () => {
  const email = newEmail()
  expect(await forgotPassword(visitor(), { email })).toEqual({ email })
  expect(cognito.codesSentTo(email)).toBe(0)
})

test('keeps the old password when the code is wrong, or the account unknown', async () => {
  const { email } = await member()
  await forgotPassword(visitor(), { email })
  const wrong = { code: 'wrong', newPassword }
  await expect(resetPassword(visitor(), { email, ...wrong })).rejects.toThrow(ConfirmationCodeRefused)
  await expect(resetPassword(visitor(), { email: newEmail(), ...wrong })).rejects.toThrow(ConfirmationCodeRefused)
  await signIn(visitor(), { email, password: validPassword })
})

test('refuses a weak new password without using the code up', async () => {
  const { email } = await member()
  await forgotPassword(visitor(), { email })
  const code = cognito.codeFor(email)
  await expect(resetPassword(visitor(), { email, code, newPassword: 'weak' })).rejects.toThrow(PasswordTooWeak)
  await resetPassword(visitor(), { email, code, newPassword })
})

test('changes the password of whoever knows the old one', async () => {
  const { email, ctx } = await member()
  await changePassword(ctx, { currentPassword: validPassword, newPassword })
  await signIn(visitor(), { email, password: newPassword })
  await expect(signIn(visitor(), { email, password: validPassword })).rejects.toThrow(SignInRefused)
})

test('ends every session with a changed password, and opens a new one for the caller', async () => {
  const { email, ctx } = await member()
  const thief = await signIn(visitor(), { email, password: validPassword })
  const { session } = await changePassword(ctx, { currentPassword: validPassword, newPassword })
  await expect(refreshSession(visitor(), thief)).rejects.toThrow(SessionEnded)
  expect((await refreshSession(visitor(), session ?? thief)).userId).toBe(session?.userId)
  expect(await jobsOf(database, endSessionsTask)).not.toContainEqual({ email: uuidOf(ctx) })
})

test('leaves the sessions to a job when they cannot be ended at once', async () => {
  const { email, ctx } = await member()
  const signOutEverywhere = async () => {
    throw new Unavailable('not now')
  }
  const cut = { ...ctx, identity: { ...ctx.identity, signOutEverywhere } }
  expect(await changePassword(cut, { currentPassword: validPassword, newPassword })).toMatchObject({ session: null })
  expect(await jobsOf(database, endSessionsTask)).toContainEqual({ email: uuidOf(ctx) })
  await signIn(visitor(), { email, password: newPassword })
})

test('keeps the password when the old one is wrong, or the new one weak', async () => {
  const { email, ctx } = await member()
  const wrong = changePassword(ctx, { currentPassword: 'Wrong-horse-7', newPassword })
  await expect(wrong).rejects.toThrow('The current password is wrong.')
  const weak = changePassword(ctx, { currentPassword: validPassword, newPassword: email })
  await expect(weak).rejects.toThrow(PasswordTooWeak)
  await signIn(visitor(), { email, password: validPassword })
})
