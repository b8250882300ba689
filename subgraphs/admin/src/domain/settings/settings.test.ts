import { anonymous } from '@tikitu/kit/auth/viewer'
import { Forbidden, InvalidInput, VersionConflict } from '@tikitu/kit/base/errors'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { type ConfigKeyName, configKeys } from '@tikitu/schema/config'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { ctxOf, member, migrations, superadminOf } from '../../../test/factories.ts'
import { requireStaff } from '../staff/require-staff.ts'
import { listConfig, listConfigHistory, valueSchemaOf } from './list-config.ts'
import { listFeatures, listFeaturesOfUser } from './list-features.ts'
import { setConfig } from './set-config.ts'
import { setFeatureFlag } from './set-feature-flag.ts'

const database = useDatabase(migrations)
const commission = 'payment.commissionBasisPoints'
const flag = (key: string) => ({ key, description: 'A test', isEnabled: true, expectedVersion: 0 })

beforeAll(() => requireStaff(superadminOf(database).ctx))

test('holds the narrowest value that is set, and the default while none is', async () => {
  const { ctx } = superadminOf(database)
  const scope = newId('ptr')
  const valueIn = async (where: string) => (await listConfig(ctx, where)).find((entry) => entry.key === commission)
  expect(await valueIn(scope)).toMatchObject({ value: 0, isSet: false, version: 0 })
  await setConfig(ctx, { key: commission, value: 250, expectedVersion: 0 })
  expect(await valueIn(scope)).toMatchObject({ value: 250, isSet: false, version: 0 })
  await setConfig(ctx, { key: commission, scope, value: 100, expectedVersion: 0, reason: 'a deal' })
  expect(await valueIn(scope)).toMatchObject({ value: 100, isSet: true, version: 1 })
  const back = await setConfig(ctx, { key: commission, scope, value: null, expectedVersion: 1 })
  expect(back).toMatchObject({ value: 250, isSet: false, version: 2 })
  const { edges, pageInfo } = await listConfigHistory(ctx, back, { first: 1 })
  expect(edges).toMatchObject([{ node: { version: 2, value: null } }])
  const older = await listConfigHistory(ctx, back, { after: pageInfo.endCursor })
  expect(older.edges).toMatchObject([{ node: { version: 1, value: 100, reason: 'a deal' } }])
  const backwards = await listConfigHistory(ctx, back, { last: 1, before: older.pageInfo.startCursor })
  expect(backwards.edges).toMatchObject([{ node: { version: 2 } }])
})

test('publishes the type and range of each value, which its default fits', () => {
  expect(valueSchemaOf(commission)).toMatchObject({ type: 'integer', minimum: 0, maximum: 5_000 })
  for (const [key, { fallback }] of Object.entries(configKeys)) {
    const schema = valueSchemaOf(key as ConfigKeyName)
    expect(z.fromJSONSchema(schema).safeParse(fallback), key).toMatchObject({ success: true })
    expect(z.fromJSONSchema(schema).safeParse({ no: 'such value' }), key).toMatchObject({ success: false })
  }
})

test('tells every service', async () => {
  const scope = newId('ptr')
  await setConfig(superadminOf(database).ctx, { key: commission, scope, value: 7, expectedVersion: 0 })
  const told = (await outboxOf(database.db)).filter(
    (delivery) => (delivery.event.data as { scope?: string }).scope === scope,
  )
  expect(told.map((delivery) => delivery.to).toSorted()).toEqual([
    'booking',
    'notification',
    'partner',
    'payment',
    'user',
  ])
  expect(told[0]?.event.data).toEqual({ key: commission, scope, value: 7, version: 1 })
})

test('refuses a change of a version that is not the newest, and one of two at the same instant', async () => {
  const { ctx } = superadminOf(database)
  const scope = newId('ptr')
  const set = (value: number, expectedVersion: number) =>
    setConfig(ctx, { key: commission, scope, value, expectedVersion })
  await expect(set(1, 3)).rejects.toThrow(VersionConflict)
  const outcomes = await Promise.allSettled([set(1, 0), set(2, 0)])
  expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toMatchObject([
    { reason: { code: 'VERSION_CONFLICT' } },
  ])
  await expect(set(3, 0)).rejects.toMatchObject({ currentVersion: 1 })
  expect(await setConfig(ctx, { key: commission, scope, value: 3 })).toMatchObject({ value: 3, version: 2 })
})

test.each([
  ['a key it does not know', { key: 'payment.commision', value: 1 }],
  ['a key of every object', { key: 'constructor', value: 1 }],
  ['a value of another type', { key: commission, value: 'much' }],
  ['a value out of bounds', { key: commission, value: 5_001 }],
  ['a scope that the key has not', { key: commission, scope: 'shw_01h455vb4pex5vsknk084sn02q', value: 1 }],
  ['a scope that is none', { key: commission, scope: 'everywhere', value: 1 }],
])('refuses %s', async (_what, input) => {
  await expect(setConfig(superadminOf(database).ctx, { ...input, expectedVersion: 0 })).rejects.toThrow(InvalidInput)
})

test('lets other roles read, and superadmins alone change', async () => {
  const { ctx } = await member(database, 'FINANCE')
  expect(await listConfig(ctx, 'platform')).not.toEqual([])
  await expect(setConfig(ctx, { key: commission, scope: newId('ptr'), value: 1, expectedVersion: 0 })).rejects.toThrow(
    Forbidden,
  )
  await expect(setFeatureFlag(ctx, flag('not-mine'))).rejects.toThrow(Forbidden)
})

test('turns a feature on for those it is meant for', async () => {
  const { ctx } = superadminOf(database)
  const ada = testUser()
  await setFeatureFlag(ctx, flag('for-all'))
  await setFeatureFlag(ctx, { ...flag('for-ada'), segments: [ada.userId] })
  await setFeatureFlag(ctx, { ...flag('for-none'), percentage: 0 })
  await setFeatureFlag(ctx, { ...flag('killed'), isKilled: true })
  expect(await listFeatures(ctxOf(database, ada))).toEqual(['for-ada', 'for-all'])
  expect(await listFeatures(ctxOf(database, testUser()))).toEqual(['for-all'])
  expect(await listFeatures(ctxOf(database, anonymous))).toEqual(['for-all'])
  expect(await listFeaturesOfUser(ctxOf(database, ada), ada.userId)).toEqual(['for-ada', 'for-all'])
  expect(await listFeaturesOfUser(ctx, ada.userId)).toBeNull()
})

test('refuses a flag of a stale version, a bad key and a bad percentage, and one of two first versions at once', async () => {
  const { ctx } = superadminOf(database)
  const outcomes = await Promise.allSettled([setFeatureFlag(ctx, flag('raced')), setFeatureFlag(ctx, flag('raced'))])
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const { expectedVersion: _version, ...unchecked } = flag('raced')
  expect(await setFeatureFlag(ctx, unchecked)).toMatchObject({ version: 2 })
  const late = setFeatureFlag(ctx, { ...flag('raced'), expectedVersion: 1 })
  await expect(late).rejects.toMatchObject({ code: 'VERSION_CONFLICT', currentVersion: 2 })
  await expect(setFeatureFlag(ctx, flag('Not A Key'))).rejects.toThrow(InvalidInput)
  await expect(setFeatureFlag(ctx, { ...flag('too-much'), percentage: 101 })).rejects.toThrow(InvalidInput)
})
