import { anonymous } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { entityMatrix } from '@tikitu/kit/testing/graphql/entity-matrix'
import { expect, test } from 'vitest'
import { listNotifications } from '../src/domain/messages/list-notifications.ts'
import { registerDevice } from '../src/domain/preferences/devices.ts'
import { admin, ctxOf, deliverAll, migrations, notificationOn, person, sampleFor, take } from './factories.ts'

const database = useDatabase(migrations)

test('shows each caller what the committed matrix says of an entity, however it is reached', async () => {
  const user = testUser()
  const ctx = ctxOf(database)
  await person(ctx, { userId: user.userId })
  await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', user.userId))
  await deliverAll(ctx, user.userId)
  await registerDevice(ctxOf(database, { viewer: user }), { platform: 'FCM', token: newId('tok') })
  const { edges } = await listNotifications(ctxOf(database, { viewer: admin }), { filter: { userId: user.userId } })
  const callers = {
    anonymous,
    user,
    'other user': testUser(),
    partner: testUser({ groups: ['user', 'partner'] }),
    admin,
  }
  const matrix = await entityMatrix(await notificationOn(database), callers, {
    User: { id: user.userId },
    Notification: { id: edges[0]?.node.id ?? '' },
  })
  await expect(matrix).toMatchFileSnapshot('entity-matrix.md')
})
