import { idFromUuid, newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import answers from '../../../test/aws/answers.json' with { type: 'json' }
import { refusal, startScriptedCognito } from '../../../test/aws/scripted-cognito.ts'
import { useCognito } from '../../../test/cognito.ts'
import { administrator, ctxOf, migrations, newEmail, person } from '../../../test/factories.ts'
import { users } from '../../db/tables.ts'
import { cognitoIdentity } from '../../identity/cognito.ts'
import type { Identity } from '../../identity/identity.ts'
import { createDescribeAccount } from './describe-account.ts'
import { requireMe } from './require-me.ts'
import { suspendUser } from './suspend-user.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const world = { database, cognito }
const describeAccount = createDescribeAccount({ perSecond: 1_000, timeoutMs: 5_000 })

/** Somebody with an account in Cognito, who has not been here yet. */
async function newcomer() {
  const email = newEmail()
  await cognito.administer('AdminCreateUser', {
    Username: email,
    UserAttributes: [{ Name: 'email', Value: email }],
    MessageAction: 'SUPPRESS',
  })
  const account = await cognito.identity.findAccount(email)
  const viewer = testUser({ userId: idFromUuid('usr', account?.sub ?? ''), email: null })
  return { email, viewer, ctx: ctxOf(world, viewer) }
}

const identityOf = (findAccount: Identity['findAccount']) => ({ identity: { ...cognito.identity, findAccount } })
const rowOf = async (userId: string) => (await database.db.select().from(users).where(eq(users.id, userId)))[0]

test('makes the profile at first sight', async () => {
  const { viewer, ctx, email } = await newcomer()
  expect(await describeAccount(ctx, viewer)).toEqual({ accountStatus: 'ACTIVE', accountVersion: 1 })
  expect(await rowOf(viewer.userId)).toMatchObject({ email })
})

test('notes that Cognito does not know an account any more, and tells every service', async () => {
  const { viewer, ctx, email } = await newcomer()
  await describeAccount(ctx, viewer)
  await cognito.administer('AdminDeleteUser', { Username: email })
  expect(await describeAccount(ctx, viewer)).toEqual({ accountStatus: 'DELETED', accountVersion: 2 })
  expect(await describeAccount(ctx, viewer)).toEqual({ accountStatus: 'DELETED', accountVersion: 2 })
  const told = (await outboxOf(database.db)).filter(({ event }) => event.subject === viewer.userId)
  const last = told.filter(({ event }) => (event.data as { status: string }).status === 'DELETED')
  expect(last.map(({ to }) => to).toSorted()).toEqual(['admin', 'booking', 'notification', 'partner', 'payment'])
  await expect(requireMe(ctx)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('an account of another identity provider is there, though Cognito does not know it by its sub', async () => {
  const { Username } = answers.AdminGetUserFederated
  const { options } = await startScriptedCognito(({ name, body }) => {
    if (name === 'ListUsers') return { body: answers.ListUsersFederated }
    return body['Username'] === Username ? { body: answers.AdminGetUserFederated } : refusal('UserNotFoundException')
  })
  const viewer = testUser({ userId: idFromUuid('usr', '11111111-2222-4333-8444-555555555555'), email: null })
  const ctx = ctxOf({ database, cognito: { identity: cognitoIdentity(options) } }, viewer)
  expect(await describeAccount(ctx, viewer)).toEqual({ accountStatus: 'ACTIVE', accountVersion: 1 })
  expect(await rowOf(viewer.userId)).toMatchObject({ email: 'ada@example.org', isEmailVerified: false, name: 'Ada' })
})

test('says that an account which never was is gone, and keeps nothing of it', async () => {
  const stranger = testUser({ userId: newId('usr') })
  expect(await describeAccount(ctxOf(world, stranger), stranger)).toMatchObject({ accountStatus: 'DELETED' })
  expect(await rowOf(stranger.userId)).toBeUndefined()
})

test('goes by what is written down while Cognito fails, is late, or was asked often enough', async () => {
  const { viewer } = await person(world)
  const active = { accountStatus: 'ACTIVE', accountVersion: 1 }
  const failing = ctxOf({ database, cognito: identityOf(() => Promise.reject(new Error('away'))) }, viewer)
  expect(await describeAccount(failing, viewer)).toEqual(active)
  const late = ctxOf({ database, cognito: identityOf(() => new Promise(() => undefined)) }, viewer)
  expect(await createDescribeAccount({ perSecond: 10, timeoutMs: 5 })(late, viewer)).toEqual(active)
  let asked = 0
  const counting = identityOf(async () => {
    asked++
    return null
  })
  const rationed = createDescribeAccount({ perSecond: 1, timeoutMs: 1_000 })
  const others = [await person(world), await person(world), await person(world)]
  for (const other of others) await rationed(ctxOf({ database, cognito: counting }, other.viewer), other.viewer)
  expect(asked).toBe(1)
})

test('takes up an account again that Cognito knows after all', async () => {
  const { viewer, ctx } = await newcomer()
  await describeAccount(ctx, viewer)
  const forgetful = ctxOf({ database, cognito: identityOf(async () => null) }, viewer)
  expect(await describeAccount(forgetful, viewer)).toMatchObject({ accountStatus: 'DELETED' })
  expect(await describeAccount(ctx, viewer)).toEqual({ accountStatus: 'ACTIVE', accountVersion: 3 })
})

test('does not ask about whoever is suspended', async () => {
  const { viewer, row } = await person(world)
  await suspendUser((await administrator(world)).ctx, { userId: row.id, reason: 'fraud' })
  const nobody = ctxOf({ database, cognito: identityOf(() => Promise.reject(new Error('asked'))) }, viewer)
  expect(await describeAccount(nobody, viewer)).toMatchObject({ accountStatus: 'SUSPENDED' })
})
