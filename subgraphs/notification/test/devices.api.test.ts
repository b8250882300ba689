import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { fieldOf, migrations, notificationOn } from './factories.ts'

const database = useDatabase(migrations)

async function call(viewer: Viewer, query: string, input?: object) {
  return await callAs(await notificationOn(database), viewer, { query, variables: { input } })
}

const register = `mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) { id platform name isReachable } }`
const remove = `mutation ($input: RemoveDeviceInput!) { removeDevice(input: $input) { deviceId } }`
const list = '{ myDevices { id name platform isReachable } }'

test('the same token is the same device, also when it makes itself known twice at once', async () => {
  const ada = testUser()
  const input = { platform: 'FCM', token: newId('tok'), name: 'Phone' }
  await Promise.all([call(ada, register, input), call(ada, register, input)])
  const answer = await call(ada, register, { ...input, name: 'My phone' })
  expect(answer.data).toMatchObject({ registerDevice: { name: 'My phone', isReachable: true } })
  expect((await call(ada, list)).data).toMatchObject({ myDevices: [{ name: 'My phone', platform: 'FCM' }] })
})

test('a device belongs to whoever signed in on it last', async () => {
  const [ada, bob] = [testUser(), testUser()]
  const input = { platform: 'APNS', token: newId('tok') }
  await call(ada, register, input)
  await call(bob, register, input)
  expect((await call(ada, list)).data).toEqual({ myDevices: [] })
  expect((await call(bob, list)).data).toMatchObject({ myDevices: [{ platform: 'APNS' }] })
})

test('takes away a device of the caller’s; another’s is like one that does not exist', async () => {
  const [ada, bob] = [testUser(), testUser()]
  const made = await call(ada, register, { platform: 'FCM', token: newId('tok') })
  const { id } = fieldOf<{ id: string }>(made, 'registerDevice')
  const wrong = await call(bob, remove, { id })
  const missing = await call(bob, remove, { id: 'dev_none' })
  for (const answer of [wrong, missing]) expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' })
  expect((await call(ada, remove, { id })).data).toEqual({ removeDevice: { deviceId: id } })
  expect((await call(ada, list)).data).toEqual({ myDevices: [] })
})

test('refuses a token or a name that is none, and everybody who is not signed in', async () => {
  for (const bad of [{ token: ' ' }, { token: 'x'.repeat(4097) }, { token: 'x', name: 'n'.repeat(101) }]) {
    const { errors } = await call(testUser(), register, { platform: 'FCM', ...bad })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
  }
  const answers = [
    await call(anonymous, list),
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
  const { myDevices } = (await call(ada, list)).data as { myDevices: { name: string }[] }
  expect(myDevices.map(({ name }) => name).sort()).toEqual(
    Array.from({ length: 20 }, (_, i) => `Phone ${String(i + 5).padStart(2, '0')}`),
  )
  expect((await call(bob, list)).data).toMatchObject({ myDevices: [{ name: 'of Bob' }] })
})
