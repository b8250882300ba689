import { Forbidden, InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { expect, test } from 'vitest'
import { ctxOf, later, migrations, takenPlaces } from '../../../test/factories.ts'
import { onSale, partnerUser, type Show } from '../../../test/factories-catalogue.ts'
import { SeatsTaken } from '../../errors.ts'
import { blockSeats } from './block-seats.ts'
import { holdSeats } from './hold-seats.ts'
import { listBlockedSeats } from './list-blocked-seats.ts'
import { unblockSeats } from './unblock-seats.ts'

const database = useDatabase(migrations)

function keep(show: Show, numbers: number[], viewer = show.by.manager) {
  const input = { performanceId: show.performance.id, numbers, reason: 'Sound desk' }
  return blockSeats(ctxOf(database, viewer), input)
}

function buy(show: Show, number: number, minutes = 0) {
  const seats = [{ number, tierId: show.adult.id }]
  return holdSeats(later(ctxOf(database), minutes), { performanceId: show.performance.id, seats })
}

test('blocks seats from sale, with the reason for members, until they are unblocked', async () => {
  const show = await onSale(database)
  await keep(show, [1, 2])
  await expect(buy(show, 1)).rejects.toThrow(SeatsTaken)
  expect(await listBlockedSeats(ctxOf(database, show.by.manager), show.performance)).toEqual([
    { number: 1, label: 'Stalls, row A, seat 2', reason: 'Sound desk' },
    { number: 2, label: 'Stalls, row A, seat 3', reason: 'Sound desk' },
  ])
  expect(await listBlockedSeats(ctxOf(database), show.performance)).toBeNull()
  const numbers = [0, 1]
  await unblockSeats(ctxOf(database, show.by.manager), { performanceId: show.performance.id, numbers })
  await buy(show, 1)
  await expect(buy(show, 2)).rejects.toThrow(SeatsTaken)
  const deeds = (await outboxOf(database.db)).map(({ event }) => event.data as { action?: string; changes?: object })
  expect(deeds.find((deed) => deed.action === 'releaseHouseHold')).toMatchObject({ changes: { numbers: [1] } })
})

test('never blocks a held seat, and then blocks none of the others', async () => {
  const show = await onSale(database)
  const hold = await buy(show, 2)
  const refusal = await keep(show, [1, 2]).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'SEATS_TAKEN', numbers: [2] })
  expect(await takenPlaces(database, show.performance.id)).toMatchObject([{ number: 2, holdId: hold.id }])
})

test('lets either the buyer or the block win a seat under a race', async () => {
  const show = await onSale(database)
  for (let number = 0; number < 6; number++) {
    const outcomes = await Promise.allSettled([keep(show, [number]), buy(show, number)])
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  }
})

test('refuses strangers, lower roles, unknown seats and duplicates', async () => {
  const show = await onSale(database)
  await expect(keep(show, [1], partnerUser())).rejects.toThrow(NotFound)
  await expect(keep(show, [1], show.by.scanner)).rejects.toThrow(Forbidden)
  await expect(keep(show, [1, 65])).rejects.toThrow(/no seats 65/)
  await expect(keep(show, [1, 1])).rejects.toThrow(InvalidInput)
  expect(await takenPlaces(database, show.performance.id)).toEqual([])
})
