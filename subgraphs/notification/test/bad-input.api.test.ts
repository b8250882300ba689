import { useDatabase } from '@tikitu/kit/testing/database/database'
import { unexpectedErrorsOnBadInput } from '@tikitu/kit/testing/graphql/bad-input'
import { testStaff } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import {
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

test('answers no bad value with an unexpected error', async () => {
  const viewer = testStaff()
  const { userId } = viewer
  const ctx = ctxOf(database, { channels: allChannels() })
  await person(ctx, { userId })
  await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', userId))
  await deliverAll(ctx, userId)
  const { id } = await messageByChannel(ctx, userId, 'EMAIL')
  const known = { id, userIds: [userId], locale: 'en', kind: 'PAYMENT_REFUNDED', channel: 'IN_APP', expectedVersion: 0 }
  const notification = await notificationOn(database)
  expect(await unexpectedErrorsOnBadInput(notification, viewer, { known, entities: { User: userId } })).toEqual([])
  await notification.close()
}, 120_000)
