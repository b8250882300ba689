import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import { held, holdRow, placed, placesOf } from '../../../test/purchases.ts'
import { releaseHold } from './release-hold.ts'

const database = useDatabase(migrations)

test('frees the seats immediately', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1, 2)
  expect(await releaseHold(ada, { holdId: hold.id })).toMatchObject({ status: 'RELEASED', endedAt: ada.now() })
  expect(await takenSeats(database, hall.performance.id)).toEqual([])
  await held(ctxOf(database), hall, 2, 1)
})

test('is idempotent, and frees no seat that somebody else has taken since', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1, 2)
  const next = await held(later(ctxOf(database), 10), hall, 2)
  expect(await releaseHold(later(ada, 10), { holdId: hold.id })).toMatchObject({ status: 'EXPIRED' })
  expect(await releaseHold(later(ada, 11), { holdId: hold.id })).toMatchObject({ status: 'EXPIRED' })
  expect(await placesOf(database, hall)).toMatchObject({ 1: { status: 'FREE' }, 2: { holdId: next.id } })
})

test('leaves the seats of a booking unchanged', async () => {
  const hall = await house(database)
  const { ctx, hold } = await placed(database, hall)
  await expect(releaseHold(ctx, { holdId: hold.id })).rejects.toThrow(InvalidState)
  expect(await holdRow(database, hold.id)).toMatchObject({ status: 'CONSUMED' })
  expect(await takenSeats(database, hall.performance.id)).toHaveLength(2)
})

test("does not know somebody else's hold", async () => {
  const hall = await house(database)
  const hold = await held(ctxOf(database), hall, 4)
  await expect(releaseHold(ctxOf(database), { holdId: hold.id })).rejects.toThrow(NotFound)
})
