import { InvalidInput } from '@tikitu/kit/base/errors'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { and, eq, inArray } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, type House, house, migrations } from '../../../test/factories.ts'
import { onSale, type Show } from '../../../test/factories-catalogue.ts'
import { held } from '../../../test/purchases.ts'
import { places } from '../../db/tables/inventory.ts'
import { AccessibleSeatsReserved, NotEnoughSeats, SeatsTaken, SingleSeatLeft } from '../../errors.ts'
import { updatePerformance } from '../catalogue/update-performance.ts'
import { holdBestAvailable } from './hold-best-available.ts'
import { holdSeats } from './hold-seats.ts'

const database = useDatabase(migrations)
const strict = { allowsSingleSeats: false }

/** A row of ten with taken seats, and the result of a selection: the single seats left, or null for a hold. */
async function choosing(taken: number[], ...numbers: number[]): Promise<number[] | null> {
  const hall = await house(database, { seats: 10, maxSeatsPerPerson: 10, ...strict })
  const isTaken = and(eq(places.performanceId, hall.performance.id), inArray(places.number, taken))
  if (taken.length > 0) await database.db.update(places).set({ status: 'HOUSE', houseReason: 'Guests' }).where(isTaken)
  return await held(ctxOf(database), hall, ...numbers).then(
    () => null,
    (error: unknown) => {
      if (error instanceof SingleSeatLeft) return error.seatNumbers
      throw error
    },
  )
}

test.each([
  [[], [2, 4], [3]],
  [[], [1], [0]],
  [[], [8], [9]],
  [[], [1, 8], [0, 9]],
  [[4], [2], [3]],
  [
    [0, 5],
    [2, 3],
    [1, 4],
  ],
  [[5, 6, 7, 8, 9], [1], [0]],
])('with %j taken, choosing %j is refused, as it leaves %j alone', async (taken, numbers, single) => {
  expect(await choosing(taken, ...numbers)).toEqual(single)
})

test.each([
  ['the edge of the row', [], [0, 1]],
  ['two left at the edge', [], [2, 3]],
  ['all but one, which no choice can help', [3], [0, 1]],
  ['one of two', [0, 3], [1]],
  ['beside a single seat that was there before', [1], [2, 3]],
  ['the single seat itself', [0, 2], [1]],
  ['a whole run', [0, 3], [1, 2]],
])('does not refuse %s', async (_what, taken, numbers) => {
  expect(await choosing(taken, ...numbers)).toBeNull()
})

test('reports taken seats first, and allows single seats where configured', async () => {
  const hall = await house(database, { seats: 10, ...strict })
  await held(ctxOf(database), hall, 5, 6)
  await expect(held(ctxOf(database), hall, 1, 5)).rejects.toThrow(SeatsTaken)
  await held(ctxOf(database), await house(database, { seats: 10, allowsSingleSeats: true }), 1)
})

test('an aisle ends a run, and what lapsed counts as free', async () => {
  const show = await onSale(database)
  await expect(choose(show, [7])).rejects.toMatchObject({ seatNumbers: [6, 8] })
  await choose(show, [8])
  await choose(show, [6, 7])
})

test('a manager allows single seats later on', async () => {
  const show = await onSale(database)
  await expect(choose(show, [1])).rejects.toThrow(SingleSeatLeft)
  const ctx = ctxOf(database, show.by.manager)
  await updatePerformance(ctx, { performanceId: show.performance.id, allowsSingleSeats: true })
  await choose(show, [1])
})

/** The small house: 12 is for a wheelchair, 13 for a companion, 14 has a restricted view. */
async function choose(show: Show | House, numbers: number[], options: { accessible?: number; now?: Date } = {}) {
  const ctx = ctxOf(database, undefined, options.now)
  const seats = numbers.map((seatNumber) => ({ seatNumber, tierId: show.adult.id }))
  const { accessible = 0 } = options
  return await holdSeats(ctx, { performanceId: show.performance.id, seats, accessible })
}

test('reserves wheelchair spaces for wheelchair users, and companion seats for their companions', async () => {
  const show = await onSale(database)
  await expect(choose(show, [12])).rejects.toMatchObject({ code: 'ACCESSIBLE_SEATS_RESERVED', seatNumbers: [12] })
  await expect(choose(show, [13, 14])).rejects.toMatchObject({ seatNumbers: [13] })
  await expect(choose(show, [13], { accessible: 1 })).rejects.toThrow(AccessibleSeatsReserved)
  await choose(show, [12, 13], { accessible: 1 })
  await choose(show, [14])
})

test('one wheelchair user takes one wheelchair place', async () => {
  const hall = await house(database, { seats: 10 })
  const isPlace = and(eq(places.performanceId, hall.performance.id), inArray(places.number, [0, 1]))
  await database.db.update(places).set({ kind: 'ACCESSIBLE' }).where(isPlace)
  await expect(choose(hall, [0, 1], { accessible: 1 })).rejects.toMatchObject({ seatNumbers: [0, 1] })
  await choose(hall, [0, 1], { accessible: 2 })
})

test('sells them to everybody from a day before on, or as configured, chosen or best available', async () => {
  const show = await onSale(database)
  const hoursBefore = (hours: number) => new Date(show.performance.startsAt.getTime() - hours * 3_600_000)
  const taken = inArray(places.number, [...Array.from({ length: 12 }, (_each, number) => number), 14])
  const isTaken = and(eq(places.performanceId, show.performance.id), taken)
  await database.db.update(places).set({ status: 'HOUSE', houseReason: 'Guests' }).where(isTaken)
  const tiers = [{ tierId: show.adult.id, count: 2 }]
  const best = (now: Date, together: boolean) =>
    holdBestAvailable(ctxOf(database, undefined, now), { performanceId: show.performance.id, tiers, together })
  await expect(choose(show, [12, 13], { now: hoursBefore(25) })).rejects.toThrow(AccessibleSeatsReserved)
  await expect(best(hoursBefore(25), true)).rejects.toThrow(NotEnoughSeats)
  await expect(best(hoursBefore(25), false)).rejects.toThrow(NotEnoughSeats)
  await choose(show, [12, 13], { now: hoursBefore(24) })
  await best(hoursBefore(23), true)
  await best(hoursBefore(22), false)
  const [key, scope] = ['booking.accessibleReleaseHours', show.performance.partnerId]
  await applyConfigChange(ctxOf(database), { key, scope, value: 2, version: 1 })
  await expect(choose(show, [12, 13], { now: hoursBefore(3) })).rejects.toThrow(AccessibleSeatsReserved)
  await choose(show, [12, 13], { now: hoursBefore(2) })
})

test('takes at most a hundred seats, and answers thousands of unknown ones in a few words', async () => {
  const hall = await house(database, { seats: 10 })
  const seats = Array.from({ length: 60_000 }, (_each, number) => ({ seatNumber: number, tierId: 'x'.repeat(50) }))
  const refusal = await holdSeats(ctxOf(database), { performanceId: hall.performance.id, seats }).catch(
    (error: unknown) => error,
  )
  expect(refusal).toBeInstanceOf(InvalidInput)
  expect(JSON.stringify(refusal).length).toBeLessThan(500)
  const few = seats.slice(0, 100).map(({ seatNumber }) => ({ seatNumber, tierId: 'y'.repeat(30_000) }))
  const unknown = await holdSeats(ctxOf(database), { performanceId: hall.performance.id, seats: few }).catch(
    (error: unknown) => error,
  )
  expect(unknown).toBeInstanceOf(InvalidInput)
  expect(String(unknown).length).toBeLessThan(3_000)
  const { performanceId } = { performanceId: hall.performance.id }
  await expect(
    holdBestAvailable(ctxOf(database), { performanceId, tiers: [{ tierId: hall.adult.id, count: 101 }] }),
  ).rejects.toThrow(InvalidInput)
})
