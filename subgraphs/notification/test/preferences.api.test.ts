import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { fieldOf, migrations, notificationOn } from './factories.ts'

const database = useDatabase(migrations)

const fields = 'choices { category channel isEnabled isLocked } quietHours { start end }'

async function ask(viewer: Viewer) {
  const notification = await notificationOn(database)
  return await callAs(notification, viewer, { query: `{ notificationPreferences { ${fields} } }` })
}

async function update(viewer: Viewer, input: object) {
  const notification = await notificationOn(database)
  const query = `mutation ($input: UpdateNotificationPreferencesInput!) { updateNotificationPreferences(input: $input) {
    __typename ... on NotificationPreferences { ${fields} } ... on Refusal { code message } ... on PreferenceLocked { category channel } } }`
  return await callAs(notification, viewer, { query, variables: { input } })
}

function choice(answer: Awaited<ReturnType<typeof ask>>, category: string, channel: string) {
  const { choices } = Object.values(answer.data ?? {})[0] as { choices: { category: string; channel: string }[] }
  return choices.find((each) => each.category === category && each.channel === channel)
}

test('says of every category and channel what holds, also for somebody who chose nothing', async () => {
  const answer = await ask(testUser())
  expect(answer.data).toMatchObject({ notificationPreferences: { quietHours: null } })
  const { choices } = fieldOf<{ choices: unknown[] }>(answer, 'notificationPreferences')
  expect(choices).toHaveLength(5 * 4)
  expect(choice(answer, 'TICKETS', 'EMAIL')).toMatchObject({ isEnabled: true, isLocked: true })
  expect(choice(answer, 'ANNOUNCEMENTS', 'EMAIL')).toMatchObject({ isEnabled: true, isLocked: false })
  expect(choice(answer, 'TICKETS', 'SMS')).toMatchObject({ isEnabled: false, isLocked: false })
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
  expect(choice(answer, 'TICKETS', 'PUSH')).toMatchObject({ isEnabled: false })
  expect(choice(answer, 'TICKETS', 'SMS')).toMatchObject({ isEnabled: true })
  await update(ada, {})
  expect((await ask(ada)).data).toMatchObject({ notificationPreferences: { quietHours: { start: '22:00' } } })
  await update(ada, { quietHours: null })
  expect((await ask(ada)).data).toMatchObject({ notificationPreferences: { quietHours: null } })
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
  const { errors } = await update(testUser(), { quietHours })
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field }] })
})

test('asks nobody who is not signed in', async () => {
  for (const answer of [await ask(anonymous), await update(anonymous, {})]) {
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  }
})
