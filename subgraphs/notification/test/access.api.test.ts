import { anonymous } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { accessMatrix } from '@tikitu/kit/testing/graphql/access-matrix'
import { callersWithoutRights, staffOfEachRole } from '@tikitu/kit/testing/graphql/callers'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { registerDevice } from '../src/domain/preferences/devices.ts'
import { suppressAddress } from '../src/domain/preferences/suppressions.ts'
import {
  admin,
  allChannels,
  ctxOf,
  deliverAll,
  messageByChannel,
  migrations,
  notificationOn,
  person,
  sampleFor,
  take,
} from './factories.ts'

const database = useDatabase(migrations)

test('lets each caller do what the committed matrix says, and nothing else', async () => {
  const user = testUser()
  const ctx = ctxOf(database, { channels: allChannels() })
  await person(ctx, { userId: user.userId })
  await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', user.userId))
  await deliverAll(ctx, user.userId)
  const message = await messageByChannel(ctx, user.userId, 'EMAIL')
  const asUser = ctxOf(database, { viewer: user })
  const device = await registerDevice(asUser, { platform: 'FCM', token: newId('tok') })
  await registerDevice(asUser, { platform: 'FCM', token: newId('tok') })
  const address = { channel: 'EMAIL' as const, address: 'stopped@example.org' }
  await suppressAddress(ctxOf(database, { viewer: admin }), address)
  await suppressAddress(ctxOf(database, { viewer: admin }), { ...address, address: 'other@example.org' })

  const callers = {
    anonymous,
    user,
    'other user': testUser(),
    partner: testUser({ groups: ['user', 'partner'] }),
    'other partner': testUser({ groups: ['user', 'partner'] }),
    ...staffOfEachRole(),
    ...(await callersWithoutRights(ctxOf(database, { viewer: admin }))),
  }
  const text = '{ locale: "en", title: "News", body: "x" }'
  const refund = 'kind: PAYMENT_REFUNDED, channel: IN_APP, locale: "en"'
  const notification = await notificationOn(database)
  const matrix = await accessMatrix(notification, callers, {
    'Query.me': 'me { id }',
    'Query.notification': `notification(id: "${message.id}") { id }`,
    'Query.notifications': 'notifications { edges { cursor } }',
    'Query.notificationTemplates': 'notificationTemplates { kind }',
    'Query.previewNotificationTemplate': `previewNotificationTemplate(input: { ${refund} }) { __typename }`,
    'Query.suppressedAddresses': 'suppressedAddresses { edges { cursor } }',
    'Mutation.markInboxSeen': 'markInboxSeen(input: {}) { __typename ... on Refusal { code } }',
    'Mutation.markInboxRead': 'markInboxRead(input: {}) { __typename ... on Refusal { code } }',
    'Mutation.archiveInbox': 'archiveInbox(input: {}) { __typename ... on Refusal { code } }',
    'Mutation.updateNotificationPreferences':
      'updateNotificationPreferences(input: {}) { __typename ... on Refusal { code } }',
    'Mutation.registerDevice':
      'registerDevice(input: { platform: FCM, token: "shared" }) { __typename ... on Refusal { code } }',
    'Mutation.removeDevice': `removeDevice(input: { id: "${device.id}" }) { __typename ... on Refusal { code } }`,
    'Mutation.sendNotification': `sendNotification(input: { userIds: ["${user.userId}"], texts: [${text}], category: ANNOUNCEMENTS, channels: [IN_APP] }) { __typename ... on Refusal { code } }`,
    'Mutation.resendNotification': `resendNotification(input: { id: "${message.id}" }) { __typename ... on Refusal { code } }`,
    'Mutation.updateNotificationTemplate': `updateNotificationTemplate(input: { ${refund}, expectedVersion: 0, title: "x", body: "x" }) { __typename ... on Refusal { code } }`,
    'Mutation.suppressAddress':
      'suppressAddress(input: { channel: SMS, address: "+6281234567890" }) { __typename ... on Refusal { code } }',
    'Mutation.liftSuppression': `liftSuppression(input: { channel: EMAIL, address: "${address.address}" }) { __typename ... on Refusal { code } }`,
    'Subscription.inboxChanged': 'inboxChanged { inbox { unseenCount } }',
  })
  await notification.close()
  await expect(matrix).toMatchFileSnapshot('access-matrix.md')
})
