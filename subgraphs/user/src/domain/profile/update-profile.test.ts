import { anonymous } from '@tikitu/kit/auth/viewer'
import { InvalidInput, Unauthenticated, UserSuspended, VersionConflict } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { expect, test } from 'vitest'
import { administrator, ctxOf, migrations, person } from '../../../test/factories.ts'
import { suspendUser } from '../account/suspend-user.ts'
import { updateProfile } from './update-profile.ts'

const database = useDatabase(migrations)
const world = { database }

const statesOf = async (userId: string) =>
  (await outboxOf(database.db)).filter(({ event, to }) => event.subject === userId && to === 'booking')

test('changes what is given, keeps the rest, and tells the others the whole state', async () => {
  const { ctx, row } = await person(world, { name: 'Ada' })
  const avatarUrl = new URL('https://example.org/ada.png')
  const changed = await updateProfile(ctx, { phone: '+6281234567890', avatarUrl })
  expect(changed).toMatchObject({ name: 'Ada', phone: '+6281234567890', avatarUrl: String(avatarUrl), locale: 'en' })
  expect(changed.version).toBe(2)
  await expect(updateProfile(ctx, { locale: null, timeZone: null })).rejects.toThrow(/locale.*timeZone/)
  const states = await statesOf(row.id)
  expect(states.at(-1)?.event.data).toMatchObject({ version: 2, name: 'Ada', phone: '+6281234567890' })
})

test('takes away what is set to null', async () => {
  const { ctx } = await person(world, { name: 'Ada' })
  expect(await updateProfile(ctx, { name: null })).toMatchObject({ name: null })
})

test('refuses a change on a version that is not the newest, and tells which is', async () => {
  const { ctx } = await person(world)
  await updateProfile(ctx, { name: 'Bea', expectedVersion: 1 })
  const late = await updateProfile(ctx, { name: 'Cleo', expectedVersion: 1 }).catch((error: unknown) => error)
  expect(late).toBeInstanceOf(VersionConflict)
  expect(late).toMatchObject({ details: { currentVersion: 2 } })
})

test('lets one of two win who change the same version at once', async () => {
  const { ctx, row } = await person(world)
  const changes = ['Bea', 'Cleo'].map((name) => updateProfile(ctx, { name, expectedVersion: 1 }))
  const outcomes = await Promise.allSettled(changes)
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await statesOf(row.id)).toHaveLength(2)
})

test.each([
  ['name', ''],
  ['name', 'x'.repeat(101)],
  ['name', 'two\nlines'],
  ['name', 'Ada\u202e'],
  ['name', 'open evil.example now'],
  ['name', 'ada@example.org'],
  ['avatarUrl', 'http://example.org/ada.png'],
  ['avatarUrl', 'javascript:alert(1)'],
])('refuses %s "%s" and names the field', async (field, value) => {
  const { ctx } = await person(world)
  const refusal = await updateProfile(ctx, { [field]: value }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(InvalidInput)
  expect(refusal).toMatchObject({ fields: [{ field }] })
})

test('refuses whoever is suspended or not signed in', async () => {
  const { ctx, row } = await person(world)
  const staff = await administrator(world)
  await suspendUser(staff.ctx, { userId: row.id, reason: 'Fraud' })
  await expect(updateProfile(ctx, { name: 'Bea' })).rejects.toThrow(UserSuspended)
  await expect(updateProfile(ctxOf(world, anonymous), { name: 'Bea' })).rejects.toThrow(Unauthenticated)
})
