import { anonymous, type UserViewer, type Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { fieldOf, migrations, notificationOn, refusalOf } from './factories.ts'

const database = useDatabase(migrations)

async function call(viewer: Viewer, query: string, input?: object) {
  return await callAs(await notificationOn(database), viewer, { query, variables: { input } })
}

const register = `mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) {
  ... on Device { id platform name isReachable } ... on Refusal { code message } } }`
const remove = `mutation ($input: RemoveDeviceInput!) { removeDevice(input: $input) {
  ... on Deletion { deletedId } ... on Refusal { code message } } }`
const list = `query ($user: ID!) { _entities(representations: [{ __typename: "User", id: $user }]) {
  ... on User { devices { id name platform isReachable } } } }`

async function devicesOf({ userId }: UserViewer, viewer: Viewer): Promise<{ name: string }[] | null> {
  const answer = await callAs(await notificationOn(database), viewer, { query: list, variables: { user: userId } })
  expect(answer.errors).toBeUndefined()
  return fieldOf<[{ devices: { name: string }[] | null }]>(answer, '_entities')[0].devices
}

test('the same token is the same device, also when it makes itself known twice at once', async () => {
  const ada = testUser()
  const input = { platform: 'FCM', token: newId('tok'), name: 'Phone' }
  await Promise.all([call(ada, register, input), call(ada, register, input)])
  const answer = await call(ada, register, { ...input, name: 'My phone' })
  expect(answer.data).toMatchObject({ registerDevice: { name: 'My phone', isReachable: true } })
  expect(await devicesOf(ada, ada)).toMatchObject([{ name: 'My phone', platform: 'FCM' }])
})

test('a device belongs to whoever signed in on it last', async () => {
  const [ada, bob] = [testUser(), testUser()]
  const input = { platform: 'APNS', token: newId('tok') }
  await call(ada, register, input)
  await call(bob, register, input)
  expect(await devicesOf(ada, ada)).toEqual([])
  expect(await devicesOf(bob, bob)).toMatchObject([{ platform: 'APNS' }])
})

test('shows a user’s devices to nobody else, not even to staff', async () => {
  const ada = testUser()
  await call(ada, register, { platform: 'FCM', token: newId('tok') })
  expect(await devicesOf(ada, ada)).toHaveLength(1)
  for (const viewer of [testUser(), testStaff(), anonymous]) expect(await devicesOf(ada, viewer)).toBeNull()
})

test('takes away a device of the caller’s; another’s is like one that does not exist', async () => {
  const [ada, bob] = [testUser(), testUser()]
  const made = await call(ada, register, { platform: 'FCM', token: newId('tok') })
  const { id } = fieldOf<{ id: string }>(made, 'registerDevice')
  const wrong = await call(bob, remove, { id })
  const missing = await call(bob, remove, { id: 'dev_none' })
  for (const answer of [wrong, missing]) expect(answer.data).toMatchObject({ removeDevice: { code: 'NOT_FOUND' } })
  expect((await call(ada, remove, { id })).data).toEqual({ removeDevice: { deletedId: id } })
  expect(await devicesOf(ada, ada)).toEqual([])
})

test('refuses a token or a name that is none, and everybody who is not signed in', async () => {
  for (const bad of [{ token: ' ' }, { token: 'x'.repeat(4097) }, { token: 'x', name: 'n'.repeat(101) }]) {
    const answer = await call(testUser(), register, { platform: 'FCM', ...bad })
    expect(refusalOf(answer, 'registerDevice')).toMatchObject({ code: 'BAD_USER_INPUT' })
  }
  const answers = [
    await call(anonymous, register, { platform: 'FCM', token: 'x' }),
    await call(anonymous, remove, { id: 'x' }),
  ]
  for (const { errors } of answers) expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('keeps the twenty devices of a person that were seen last, and nobody else’s go for them', async () => {
  const [ada, bob] = [testUser(), testUser()]
  await call(bob, register, { platform: 'FCM', token: newId('tok'), name: 'of Bob' })
  for (let i = 0; i < 25; i++)
    await call(ada, register, { platform: 'FCM', token: newId('tok'), name: `Phone ${String(i).padStart(2, '0')}` })
  const devices = await devicesOf(ada, ada)
  expect(devices?.map(({ name }) => name).sort()).toEqual(
    Array.from({ length: 20 }, (_, i) => `Phone ${String(i + 5).padStart(2, '0')}`),
  )
  expect(await devicesOf(bob, bob)).toMatchObject([{ name: 'of Bob' }])
})
