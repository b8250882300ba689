import { anonymous, type UserViewer, type Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { fieldOf, migrations, notificationOn } from './factories.ts'

const database = useDatabase(migrations)

const fields = 'choices { category channel isEnabled isLocked } quietHours { start end }'

interface Preferences {
  choices: { category: string; channel: string }[]
  quietHours: object | null
}

async function preferencesOf({ userId }: UserViewer, viewer: Viewer): Promise<Preferences | null> {
  const query = `query ($user: ID!) { _entities(representations: [{ __typename: "User", id: $user }]) {
    ... on User { notificationPreferences { ${fields} } } } }`
  const answer = await callAs(await notificationOn(database), viewer, { query, variables: { user: userId } })
  expect(answer.errors).toBeUndefined()
  return fieldOf<[{ notificationPreferences: Preferences | null }]>(answer, '_entities')[0].notificationPreferences
}

async function ask(viewer: UserViewer): Promise<Preferences> {
  return (await preferencesOf(viewer, viewer)) as Preferences
}

async function update(viewer: Viewer, input: object) {
  const notification = await notificationOn(database)
  const query = `mutation ($input: UpdateNotificationPreferencesInput!) { updateNotificationPreferences(input: $input) {
    __typename ... on NotificationPreferences { ${fields} } ... on Refusal { code message } ... on InvalidInput { fields { field } } ... on PreferenceLocked { category channel } } }`
  return await callAs(notification, viewer, { query, variables: { input } })
}

function choice({ choices }: Preferences, category: string, channel: string) {
  return choices.find((each) => each.category === category && each.channel === channel)
}

test('says of every category and channel what holds, also for somebody who chose nothing', async () => {
  const preferences = await ask(testUser())
  expect(preferences.quietHours).toBeNull()
  expect(preferences.choices).toHaveLength(5 * 4)
  expect(choice(preferences, 'TICKETS', 'EMAIL')).toMatchObject({ isEnabled: true, isLocked: true })
  expect(choice(preferences, 'ANNOUNCEMENTS', 'EMAIL')).toMatchObject({ isEnabled: true, isLocked: false })
  expect(choice(preferences, 'TICKETS', 'SMS')).toMatchObject({ isEnabled: false, isLocked: false })
})

test('shows a user’s preferences to nobody else, not even to staff', async () => {
  const ada = testUser()
  for (const viewer of [testUser(), testStaff(), anonymous]) expect(await preferencesOf(ada, viewer)).toBeNull()
})

test('changes what is named and nothing else, for the caller alone', async () => {
  const ada = testUser()
  await update(ada, { choices: [{ category: 'TICKETS', channel: 'PUSH', isEnabled: false }] })
  const answer = await update(ada, {
    choices: [{ category: 'TICKETS', channel: 'SMS', isEnabled: true }],
    quietHours: { start: '22:00', end: '07:30' },
  })
  expect(answer.data).toMatchObject({
    updateNotificationPreferences: {
      __typename: 'NotificationPreferences',
      quietHours: { start: '22:00', end: '07:30' },
    },
  })
  const updated = fieldOf<Preferences>(answer, 'updateNotificationPreferences')
  expect(choice(updated, 'TICKETS', 'PUSH')).toMatchObject({ isEnabled: false })
  expect(choice(updated, 'TICKETS', 'SMS')).toMatchObject({ isEnabled: true })
  await update(ada, {})
  expect(await ask(ada)).toEqual({ choices: updated.choices, quietHours: { start: '22:00', end: '07:30' } })
  await update(ada, { quietHours: null })
  expect(await ask(ada)).toMatchObject({ quietHours: null })
  expect(choice(await ask(testUser()), 'TICKETS', 'SMS')).toMatchObject({ isEnabled: false })
})

test('what must be known cannot be switched off for e-mail; then nothing else is changed either', async () => {
  const ada = testUser()
  const answer = await update(ada, {
    choices: [
      { category: 'TICKETS', channel: 'PUSH', isEnabled: false },
      { category: 'PAYMENTS', channel: 'EMAIL', isEnabled: false },
    ],
  })
  expect(answer.data).toMatchObject({
    updateNotificationPreferences: { code: 'PREFERENCE_LOCKED', category: 'PAYMENTS', channel: 'EMAIL' },
  })
  expect(choice(await ask(ada), 'TICKETS', 'PUSH')).toMatchObject({ isEnabled: true })
})

test.each([
  [{ start: '24:00', end: '07:00' }, 'quietHours.start'],
  [{ start: '22:00', end: '7' }, 'quietHours.end'],
  [{ start: '22:00', end: '22:00' }, 'quietHours.end'],
])('refuses the quiet hours %o', async (quietHours, field) => {
  const answer = await update(testUser(), { quietHours })
  expect(answer.data).toMatchObject({
    updateNotificationPreferences: { code: 'BAD_USER_INPUT', fields: [{ field }] },
  })
})

test('changes nothing for a caller who is not signed in', async () => {
  expect((await update(anonymous, {})).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
})
