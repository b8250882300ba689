import { anonymous } from '@tikitu/kit/auth/viewer'
import { Unauthenticated, UserSuspended } from '@tikitu/kit/base/errors'
import { idFromUuid, newId, uuidFromId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { useCognito } from '../../../test/cognito.ts'
import { administrator, ctxOf, migrations, newEmail, person } from '../../../test/factories.ts'
import { userPreferences, users } from '../../db/tables.ts'
import { requireMe, requireStaff } from './require-me.ts'
import { suspendUser } from './suspend-user.ts'
import { syncAccount } from './sync-account.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const world = { database, cognito }

/** Somebody whom an administrator of the pool made: they hold a token before they have a row. */
async function newcomer() {
  const email = newEmail()
  const UserAttributes = [
    { Name: 'email', Value: email },
    { Name: 'zoneinfo', Value: 'Asia/Jakarta' },
  ]
  await cognito.administer('AdminCreateUser', { Username: email, UserAttributes, MessageAction: 'SUPPRESS' })
  const account = await cognito.identity.findAccount(email)
  const userId = idFromUuid('usr', account?.sub ?? '')
  return { email, userId, viewer: testUser({ userId, email: null, groups: [] }) }
}

test('makes the row at the first request, from the account, as an access token carries no address', async () => {
  const { email, userId, viewer } = await newcomer()
  const me = await requireMe(ctxOf(world, viewer))
  expect(me).toMatchObject({ id: userId, email, locale: 'de-CH', timeZone: 'Asia/Jakarta', version: 1 })
})

test('makes one row and one event when the first two requests come at once', async () => {
  const { userId, viewer } = await newcomer()
  const both = await Promise.all([requireMe(ctxOf(world, viewer)), requireMe(ctxOf(world, viewer))])
  expect(both[0]).toEqual(both[1])
  expect(await database.db.select().from(users).where(eq(users.id, userId))).toHaveLength(1)
  expect(await database.db.select().from(userPreferences).where(eq(userPreferences.userId, userId))).toHaveLength(1)
  const events = (await outboxOf(database.db)).filter(({ event }) => event.subject === userId)
  expect(new Set(events.map(({ event }) => event.id)).size).toBe(1)
})

test('puts an account that staff made into the group user', async () => {
  const { viewer, userId } = await newcomer()
  await requireMe(ctxOf(world, viewer))
  await syncAccount(ctxOf(world, { kind: 'service', service: 'user' }), userId)
  const { Groups } = await cognito.administer('AdminListGroupsForUser', { Username: uuidFromId(userId) })
  expect(Groups).toMatchObject([{ GroupName: 'user' }])
})

test('asks the account only when there is no row', async () => {
  const { viewer, row } = await person(world)
  const nobody = { identity: { ...cognito.identity, findAccount: () => Promise.reject(new Error('asked')) } }
  expect(await requireMe(ctxOf({ database, cognito: nobody }, viewer))).toEqual(row)
})

test('refuses whoever is not signed in, and whose account is gone', async () => {
  await expect(requireMe(ctxOf(world, anonymous))).rejects.toThrow(Unauthenticated)
  const gone = testUser({ userId: newId('usr') })
  await expect(requireMe(ctxOf(world, gone))).rejects.toThrow(Unauthenticated)
})

test('refuses a suspended account, also that of an administrator', async () => {
  const [chief, fallen] = await Promise.all([administrator(world), administrator(world)])
  await suspendUser(chief.ctx, { userId: fallen.row.id, reason: 'Left the company' })
  await expect(requireMe(fallen.ctx)).rejects.toThrow(UserSuspended)
  await expect(requireStaff(fallen.ctx)).rejects.toThrow(UserSuspended)
})
