import { Forbidden, InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import type { PageArgs } from '@tikitu/kit/postgres/pagination'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { expect, test } from 'vitest'
import { ctxOf, later, migrations, takenSeats } from '../../../test/factories.ts'
import { onSale, partnerUser, type Show } from '../../../test/factories-catalogue.ts'
import { readBothWays } from '../../../test/read-both-ways.ts'
import { SeatsTaken } from '../../errors.ts'
import { blockSeats } from './block-seats.ts'
import { holdSeats } from './hold-seats.ts'
import { listBlockedSeats } from './list-blocked-seats.ts'
import { unblockSeats } from './unblock-seats.ts'

const database = useDatabase(migrations)

function block(show: Show, seatNumbers: number[], viewer = show.by.manager) {
  const input = { performanceId: show.performance.id, seatNumbers, reason: 'Sound desk' }
  return blockSeats(ctxOf(database, viewer), input)
}

function buy(show: Show, seatNumber: number, minutes = 0) {
  const seats = [{ seatNumber, tierId: show.adult.id }]
  return holdSeats(later(ctxOf(database), minutes), { performanceId: show.performance.id, seats })
}

test('blocks seats from sale, with the reason for members, until they are unblocked', async () => {
  const show = await onSale(database)
  await block(show, [1, 2])
  await expect(buy(show, 1)).rejects.toThrow(SeatsTaken)
  const blocked = (page: PageArgs) => listBlockedSeats(ctxOf(database, show.by.manager), show.performance, page)
  expect(await readBothWays(blocked)).toEqual([
    { seatNumber: 1, seatLabel: 'Stalls, row A, seat 2', reason: 'Sound desk' },
    { seatNumber: 2, seatLabel: 'Stalls, row A, seat 3', reason: 'Sound desk' },
  ])
  expect(await listBlockedSeats(ctxOf(database), show.performance, {})).toBeNull()
  const seatNumbers = [0, 1]
  await unblockSeats(ctxOf(database, show.by.manager), { performanceId: show.performance.id, seatNumbers })
  await buy(show, 1)
  await expect(buy(show, 2)).rejects.toThrow(SeatsTaken)
  const deeds = (await outboxOf(database.db)).map(({ event }) => event.data as { action?: string; changes?: object })
  expect(deeds.find((deed) => deed.action === 'unblockSeats')).toMatchObject({ changes: { seatNumbers: [1] } })
})

test('never blocks a held seat, and then blocks none of the others', async () => {
  const show = await onSale(database)
  const hold = await buy(show, 2)
  const refusal = await block(show, [1, 2]).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'SEATS_TAKEN', seatNumbers: [2] })
  expect(await takenSeats(database, show.performance.id)).toMatchObject([{ number: 2, holdId: hold.id }])
})

test('lets either the buyer or the block win a seat under a race', async () => {
  const show = await onSale(database)
  for (let number = 0; number < 6; number++) {
    const outcomes = await Promise.allSettled([block(show, [number]), buy(show, number)])
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  }
})

test('refuses strangers, lower roles, unknown seats and duplicates', async () => {
  const show = await onSale(database)
  await expect(block(show, [1], partnerUser())).rejects.toThrow(NotFound)
  await expect(block(show, [1], show.by.scanner)).rejects.toThrow(Forbidden)
  await expect(block(show, [1, 65])).rejects.toThrow(/no seats 65/)
  await expect(block(show, [1, 1])).rejects.toThrow(InvalidInput)
  expect(await takenSeats(database, show.performance.id)).toEqual([])
})
