import { NotFound, UserSuspended } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations } from '../../../test/factories.ts'
import { held, placesOf } from '../../../test/purchases.ts'
import { users } from '../../db/tables/partners.ts'
import { HoldLimitReached, HoldNotActive, SeatsTaken } from '../../errors.ts'
import { extendHold } from './extend-hold.ts'
import { releaseHold } from './release-hold.ts'

const database = useDatabase(migrations)

test('extends the hold to ten minutes from now', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 4)
  const extended = await extendHold(later(ada, 8), { holdId: hold.id })
  expect(extended.expiresAt).toEqual(later(ada, 18).now())
  await expect(held(later(ctxOf(database), 17), hall, 4)).rejects.toThrow(SeatsTaken)
  expect(await held(later(ctxOf(database), 18), hall, 4)).toMatchObject({ status: 'ACTIVE' })
})

test('never extends it beyond thirty minutes after its creation', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 4)
  for (const minute of [9, 18]) await extendHold(later(ada, minute), { holdId: hold.id })
  const last = await extendHold(later(ada, 25), { holdId: hold.id })
  expect(last.expiresAt).toEqual(later(ada, 30).now())
  await expect(extendHold(later(ada, 29), { holdId: hold.id })).rejects.toThrow(HoldLimitReached)
  await expect(extendHold(later(ada, 30), { holdId: hold.id })).rejects.toThrow(HoldNotActive)
})

test('does not revive an expired hold, and leaves its seats to their new holder', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const lapsed = await held(ada, hall, 1, 2)
  const next = await held(later(ctxOf(database), 10), hall, 2)
  await expect(extendHold(later(ada, 10), { holdId: lapsed.id })).rejects.toThrow(HoldNotActive)
  expect((await placesOf(database, hall))[2]).toMatchObject({ holdId: next.id })
  const released = await held(ada, hall, 5)
  await releaseHold(ada, { holdId: released.id })
  await expect(extendHold(ada, { holdId: released.id })).rejects.toMatchObject({
    code: 'HOLD_NOT_ACTIVE',
    holdStatus: 'RELEASED',
  })
})

test('extends nothing when a seat was lost between reading the clock and locking it', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1, 2)
  await held(later(ctxOf(database), 10), hall, 2)
  await expect(extendHold(later(ada, 9.99), { holdId: hold.id })).rejects.toThrow(HoldNotActive)
  expect((await placesOf(database, hall))[1]).toMatchObject({ heldUntil: hold.expiresAt })
})

test("does not know somebody else's hold", async () => {
  const hall = await house(database)
  const hold = await held(ctxOf(database), hall, 4)
  await expect(extendHold(ctxOf(database), { holdId: hold.id })).rejects.toThrow(NotFound)
})

test('extends nothing for somebody who was suspended meanwhile', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 4)
  await database.db.insert(users).values({ id: hold.userId, version: 1, status: 'SUSPENDED' })
  await expect(extendHold(later(ada, 8), { holdId: hold.id })).rejects.toThrow(UserSuspended)
})
