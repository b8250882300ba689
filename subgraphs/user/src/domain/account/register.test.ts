import { anonymous } from '@tikitu/kit/auth/viewer'
import { idFromUuid, uuidFromId } from '@tikitu/kit/base/ids'
import { applyFlagChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { useCognito } from '../../../test/cognito.ts'
import { ctxOf, jobsOf, migrations, newEmail, validPassword } from '../../../test/factories.ts'
import { users } from '../../db/tables.ts'
import { ConfirmationCodeRefused, EmailNotConfirmed, EmailTaken, PasswordTooWeak } from '../../errors.ts'
import { confirmRegistration } from './confirm-registration.ts'
import { register } from './register.ts'
import { resendConfirmationCode } from './send-code.ts'
import { signIn } from './sign-in.ts'
import { accountTask } from './sync-account.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const visitor = () => ctxOf({ database, cognito }, anonymous)
const rowOf = async (id: string) => (await database.db.select().from(users).where(eq(users.id, id)))[0]

test('sends a code that makes the profile and an event, and lets its owner in', async () => {
  const email = newEmail()
  const { userId, isConfirmed } = await register(visitor(), { email, password: validPassword, name: ' Ada ' })
  expect(isConfirmed).toBe(false)
  expect(await rowOf(userId)).toBeUndefined()
  await confirmRegistration(visitor(), { email, code: ` ${cognito.codeFor(email)} ` })
  const profile = { email, isEmailVerified: true, name: 'Ada', locale: 'de-CH', timeZone: 'UTC', status: 'ACTIVE' }
  expect(await rowOf(userId)).toMatchObject(profile)
  const told = (await outboxOf(database.db)).filter(({ event }) => event.subject === userId)
  expect(told.map(({ to }) => to).toSorted()).toEqual(['admin', 'booking', 'notification', 'partner', 'payment'])
  const state = { userId, version: 1, email, isEmailVerified: true, status: 'ACTIVE', marketingConsent: false }
  expect(told[0]?.event.data).toMatchObject(state)
  const session = await signIn(visitor(), { email: email.toUpperCase(), password: validPassword })
  expect(session.userId).toBe(userId)
  const claims = decodeJwt(session.accessToken)
  expect(claims).toMatchObject({ sub: uuidFromId(userId), 'cognito:groups': ['user'], token_use: 'access' })
  expect(session.expiresAt).toEqual(new Date((claims.exp ?? 0) * 1000))
})

test('makes the id of the row from the account alone, so everybody computes the same one', async () => {
  const email = newEmail()
  const { userId } = await register(visitor(), { email, password: validPassword })
  const account = await cognito.identity.findAccount(email)
  expect(userId).toBe(idFromUuid('usr', account?.sub ?? ''))
})

test('keeps the profile in the account too, so that it is not lost when the row cannot be made', async () => {
  const email = newEmail()
  await register(visitor(), { email, password: validPassword, name: 'Ada', locale: 'id', timeZone: 'Asia/Jakarta' })
  expect(await cognito.identity.findAccount(email)).toMatchObject({
    email,
    name: 'Ada',
    locale: 'id',
    timeZone: 'Asia/Jakarta',
  })
})

test('leaves the group of the account to a job as well, should its owner confirm elsewhere', async () => {
  const { userId } = await register(visitor(), { email: newEmail(), password: validPassword })
  expect(await jobsOf(database, accountTask)).toContainEqual({ userId })
})

test('tells that an address is taken, in whatever letters it is written, and makes no second row', async () => {
  const email = newEmail()
  await register(visitor(), { email, password: validPassword })
  await confirmRegistration(visitor(), { email, code: cognito.codeFor(email) })
  await expect(register(visitor(), { email: email.toUpperCase(), password: validPassword })).rejects.toThrow(EmailTaken)
  expect(await database.db.select().from(users).where(eq(users.email, email))).toHaveLength(1)
  await signIn(visitor(), { email, password: validPassword })
})

test('refuses a weak password with everything that is wrong, and makes nothing', async () => {
  const email = newEmail()
  const refusal = await register(visitor(), { email, password: 'short' }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(PasswordTooWeak)
  expect((refusal as PasswordTooWeak).problems).toHaveLength(3)
  expect(await cognito.identity.findAccount(email)).toBeNull()
})

test.each([
  ['a wrong code', 'wrong'],
  ['no code', ' '],
])('does not confirm with %s', async (_what, code) => {
  const email = newEmail()
  await register(visitor(), { email, password: validPassword })
  await expect(confirmRegistration(visitor(), { email, code })).rejects.toMatchObject({
    code: code.trim() ? 'CONFIRMATION_CODE_REFUSED' : 'BAD_USER_INPUT',
  })
  await expect(signIn(visitor(), { email, password: validPassword })).rejects.toThrow(EmailNotConfirmed)
})

test('answers a used code and an unknown address like a wrong code', async () => {
  const email = newEmail()
  await register(visitor(), { email, password: validPassword })
  const code = cognito.codeFor(email)
  await confirmRegistration(visitor(), { email, code })
  await expect(confirmRegistration(visitor(), { email, code })).rejects.toThrow(ConfirmationCodeRefused)
  await expect(confirmRegistration(visitor(), { email: newEmail(), code })).rejects.toThrow(ConfirmationCodeRefused)
})

test('sends a new code to an account that waits for one, and answers alike when there is none', async () => {
  const email = newEmail()
  await register(visitor(), { email, password: validPassword })
  expect(await resendConfirmationCode(visitor(), { email })).toEqual({ email })
  expect(cognito.codesSentTo(email)).toBe(2)
  await confirmRegistration(visitor(), { email, code: cognito.codeFor(email) })
  expect(await resendConfirmationCode(visitor(), { email })).toEqual({ email })
  const stranger = newEmail()
  expect(await resendConfirmationCode(visitor(), { email: stranger })).toEqual({ email: stranger })
  expect(cognito.codesSentTo(email)).toBe(2)
})

test('makes no account while staff have switched registration off', async () => {
  const email = newEmail()
  const off = { key: 'registration', version: 1, isEnabled: true, percentage: 100, isKilled: true, segments: [] }
  await applyFlagChange(visitor(), off)
  await expect(register(visitor(), { email, password: validPassword })).rejects.toThrow('Registration is switched off')
  expect(await cognito.identity.findAccount(email)).toBeNull()
  await applyFlagChange(visitor(), { ...off, version: 2, isKilled: false })
  await register(visitor(), { email, password: validPassword })
})
