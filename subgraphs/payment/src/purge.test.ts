import { purge } from '@tikitu/kit/messaging/purge'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { migrations, serviceCtx, today } from '../test/factories.ts'
import { webhookEvents } from './db/tables/webhooks.ts'
import { purgeRules } from './purge.ts'

const database = useDatabase(migrations)

test('deletes old webhooks, but never a deferred one', async () => {
  const received = (eventId: string, daysAgo: number, status: 'TAKEN' | 'PARKED' | 'UNMATCHED') => ({
    provider: 'sandbox',
    eventId,
    type: 'payment.captured',
    body: {},
    status,
    receivedAt: new Date(today.getTime() - daysAgo * 86_400_000),
  })
  const rows = [
    received('young', 31, 'TAKEN'),
    received('old', 91, 'TAKEN'),
    received('waiting', 91, 'PARKED'),
    received('nothing', 91, 'UNMATCHED'),
  ]
  await database.db.insert(webhookEvents).values(rows)
  await purge(serviceCtx(database), purgeRules(today))
  const left = await database.db.select().from(webhookEvents)
  expect(left.map(({ eventId }) => eventId).toSorted()).toEqual(['waiting', 'young'])
})
