import { anonymous } from '@tikitu/kit/auth/viewer'
import { UserSuspended } from '@tikitu/kit/base/errors'
import { idFromUuid } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { useCognito } from '../../../test/cognito.ts'
import { administrator, ctxOf, migrations, newEmail, validPassword } from '../../../test/factories.ts'
import { users } from '../../db/tables.ts'
import { NewPasswordRequired, PasswordTooWeak, SessionEnded, SignInRefused } from '../../errors.ts'
import { applyPartnerTeam } from '../projections/apply-partner-team.ts'
import { confirmRegistration } from './confirm-registration.ts'
import { register } from './register.ts'
import { refreshSession, signIn, signOut, signOutEverywhere } from './sign-in.ts'
import { reactivateUser, suspendUser } from './suspend-user.ts'
import { syncGroup } from './sync-group.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const world = { database, cognito }
const visitor = () => ctxOf(world, anonymous)
const password = validPassword

async function member() {
  const email = newEmail()
  const { userId } = await register(visitor(), { email, password })
  await confirmRegistration(visitor(), { email, code: cognito.codeFor(email) })
  return { email, userId }
}

/** An account that an administrator of the pool made, with a password to be replaced. */
async function invited() {
  const email = newEmail()
  const UserAttributes = [
    { Name: 'email', Value: email },
    { Name: 'name', Value: 'Ivy' },
  ]
  const invitation = { Username: email, TemporaryPassword: 'Temporary-1', UserAttributes }
  await cognito.administer('AdminCreateUser', { ...invitation, MessageAction: 'SUPPRESS' })
  return email
}

test('answers a wrong password and an unknown address alike', async () => {
  const { email } = await member()
  const refusals = [
    { email, password: 'Wrong-horse-7' },
    { email: newEmail(), password },
  ].map((input) => signIn(visitor(), input).catch((error: unknown) => error))
  const [wrong, unknown] = (await Promise.all(refusals)) as [Error, Error]
  expect(wrong).toBeInstanceOf(SignInRefused)
  expect(unknown).toBeInstanceOf(SignInRefused)
  expect(unknown.message).toBe(wrong.message)
})

test('makes the row of somebody who was not registered through us', async () => {
  const email = await invited()
  await cognito.administer('AdminSetUserPassword', { Username: email, Password: password, Permanent: true })
  const { userId } = await signIn(visitor(), { email, password })
  const [row] = await database.db.select().from(users).where(eq(users.id, userId))
  expect(row).toMatchObject({ email, name: 'Ivy', status: 'ACTIVE' })
})

test('asks for a password of their own from somebody with a temporary one, and takes it with the sign-in', async () => {
  const email = await invited()
  const temporary = { email, password: 'Temporary-1' }
  await expect(signIn(visitor(), temporary)).rejects.toThrow(NewPasswordRequired)
  await expect(signIn(visitor(), { ...temporary, newPassword: 'weak' })).rejects.toThrow(PasswordTooWeak)
  await signIn(visitor(), { ...temporary, newPassword: password })
  await expect(signIn(visitor(), temporary)).rejects.toThrow(SignInRefused)
  await signIn(visitor(), { email, password })
})

test('goes on with a session by its refresh token, which stays good', async () => {
  const { email, userId } = await member()
  const first = await signIn(visitor(), { email, password })
  const second = await refreshSession(visitor(), first)
  expect(second).toMatchObject({ userId, refreshToken: first.refreshToken })
  expect(second.accessToken).not.toBe(first.accessToken)
  await refreshSession(visitor(), second)
})

test('gives a refreshed token the roles of this moment', async () => {
  const { email, userId } = await member()
  const session = await signIn(visitor(), { email, password })
  const fact = { partnerId: 'ptr_fresh', version: 1, name: 'House', maySell: true, mayBePaidOut: true } as const
  await applyPartnerTeam(visitor(), { ...fact, status: 'VERIFIED', members: [{ userId, role: 'OWNER' }] })
  await syncGroup(visitor(), { userId, group: 'partner' })
  const { accessToken } = await refreshSession(visitor(), session)
  expect(decodeJwt(accessToken)['cognito:groups']).toEqual(expect.arrayContaining(['partner', 'user']))
})

test('ends a session for good, and does not mind doing it twice', async () => {
  const { email } = await member()
  const session = await signIn(visitor(), { email, password })
  expect(await signOut(visitor(), session)).toEqual({ signedOutAt: visitor().now() })
  expect(await signOut(visitor(), session)).toEqual({ signedOutAt: visitor().now() })
  await expect(refreshSession(visitor(), session)).rejects.toThrow(SessionEnded)
})

test.each(['', 'not a token'])('does not go on with the refresh token "%s"', async (refreshToken) => {
  await expect(refreshSession(visitor(), { refreshToken })).rejects.toThrow(SessionEnded)
})

test('tells a suspended account so only when the password is right, and lets it in again after', async () => {
  const { email, userId } = await member()
  const staff = await administrator(world)
  await suspendUser(staff.ctx, { userId, reason: 'Fraud' })
  await expect(signIn(visitor(), { email, password: 'Wrong-horse-7' })).rejects.toThrow(SignInRefused)
  await expect(signIn(visitor(), { email, password })).rejects.toThrow(UserSuspended)
  await reactivateUser(staff.ctx, { userId, reason: 'A mistake' })
  await signIn(visitor(), { email, password })
})

test('ends the sessions of a suspended account when they ask to go on', async () => {
  const { email, userId } = await member()
  const session = await signIn(visitor(), { email, password })
  const staff = await administrator(world)
  await suspendUser(staff.ctx, { userId, reason: 'Fraud' })
  await expect(refreshSession(visitor(), session)).rejects.toThrow(UserSuspended)
  await reactivateUser(staff.ctx, { userId, reason: 'A mistake' })
  await expect(refreshSession(visitor(), session)).rejects.toThrow(SessionEnded)
})

test('knows people by their account, not by their address', async () => {
  const { email, userId } = await member()
  await cognito.administer('AdminDeleteUser', { Username: email })
  const again = await register(visitor(), { email, password })
  expect(again.userId).not.toBe(userId)
  expect(again.userId).toBe(idFromUuid('usr', (await cognito.identity.findAccount(email))?.sub ?? ''))
})

test('follows an address that was changed in the account, and tells the others', async () => {
  const { email, userId } = await member()
  const session = await signIn(visitor(), { email, password })
  const moved = newEmail()
  const UserAttributes = [
    { Name: 'email', Value: moved.toUpperCase() },
    { Name: 'email_verified', Value: 'true' },
  ]
  await cognito.administer('AdminUpdateUserAttributes', { Username: email, UserAttributes })
  await refreshSession(visitor(), session)
  const [row] = await database.db.select().from(users).where(eq(users.id, userId))
  expect(row).toMatchObject({ email: moved, version: 2 })
  const states = (await outboxOf(database.db)).filter(({ event }) => event.subject === userId)
  expect(states.at(-1)?.event.data).toMatchObject({ email: moved, version: 2 })
})

test('ends every session of the caller on every device', async () => {
  const { email, userId } = await member()
  const sessions = [await signIn(visitor(), { email, password }), await signIn(visitor(), { email, password })]
  const ctx = ctxOf(world, testUser({ userId }))
  expect(await signOutEverywhere(ctx)).toEqual({ signedOutAt: ctx.now() })
  for (const session of sessions) await expect(refreshSession(visitor(), session)).rejects.toThrow(SessionEnded)
})
