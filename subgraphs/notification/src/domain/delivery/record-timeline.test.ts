import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { ctxOf, issued, messageByChannel, migrations, person, take, timelineOf } from '../../../test/factories.ts'
import { recordTimeline } from './record-timeline.ts'

const database = useDatabase(migrations)

test('two writers at once both record their step, each its own', async () => {
  const ctx = ctxOf(database)
  const ada = await person(ctx)
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId))
  const message = await messageByChannel(ctx, ada.userId, 'IN_APP')
  const before = await timelineOf(ctx, message.id)
  await inTransaction(ctx, async (slow) => {
    await recordTimeline(slow, [message], 'SENDING')
    // Sees nothing of the other, which has not committed.
    await recordTimeline(ctx, [message], { status: 'FAILED', detail: 'gone' })
  })
  expect(await timelineOf(ctx, message.id)).toEqual([...before, 'SENDING', 'FAILED'])
})
