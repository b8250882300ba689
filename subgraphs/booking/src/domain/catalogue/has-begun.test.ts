import { InvalidState } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, house, migrations } from '../../../test/factories.ts'
import { bought, member, ticketsOf } from '../../../test/purchases.ts'
import { performances } from '../../db/tables/catalogue.ts'
import { cancelEvent } from './cancel-event.ts'
import { cancelPerformance } from './cancel-performance.ts'
import { postponePerformance } from './postpone-performance.ts'

const database = useDatabase(migrations)
const reason = 'Oops'

async function statusOf(id: string) {
  const [performance] = await database.db.select().from(performances).where(eq(performances.id, id))
  return performance?.status
}

test('cancels no performance that has begun, and one whose date was given up at any time', async () => {
  const hall = await house(database)
  const { booking } = await bought(database, hall)
  const { id: performanceId, startsAt } = hall.performance
  const atTheStart = ctxOf(database, await member(database, hall, 'MANAGER'), startsAt)
  await expect(cancelPerformance(atTheStart, { performanceId, reason })).rejects.toThrow(InvalidState)
  expect(await statusOf(performanceId)).toBe('SCHEDULED')
  expect(await ticketsOf(database, booking.id)).toMatchObject([{ status: 'VALID' }, { status: 'VALID' }])
  await database.db.update(performances).set({ status: 'POSTPONED' }).where(eq(performances.id, performanceId))
  const again = ctxOf(database, atTheStart.viewer, startsAt)
  expect(await cancelPerformance(again, { performanceId, reason })).toMatchObject({ status: 'CANCELLED' })
})

test('moves no performance of a cancelled event: started ones stay unchanged', async () => {
  const hall = await house(database, { endsAt: new Date('2027-06-01T22:00:00Z') })
  const { id: performanceId, eventId, startsAt } = hall.performance
  const running = ctxOf(database, await member(database, hall, 'MANAGER'), startsAt)
  await cancelEvent(running, { eventId, reason })
  expect(await statusOf(performanceId)).toBe('SCHEDULED')
  const later = ctxOf(database, running.viewer, startsAt)
  await expect(postponePerformance(later, { performanceId, reason })).rejects.toThrow(/event was cancelled/)
  expect(await statusOf(performanceId)).toBe('SCHEDULED')
})
